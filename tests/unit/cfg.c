/* The configuration file and the environment. */
#include <criterion/criterion.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/cfg.h"

static char		 path[] = "/tmp/cerberus-cfg.XXXXXX";
static struct cfg	 cfg;
static struct err	 e;
static bool		 loaded;

static void
begin(void)
{
	size_t			 n;
	const struct cfg_row	*rows = cfg_rows(&n);

	for (size_t i = 0; i < n; i++)
		if (rows[i].env != NULL)
			unsetenv(rows[i].env);
	unsetenv("TEST_DATABASE_URL");
	cr_assert_neq(close(mkstemp(path)), -1);
	setenv("CERBERUS_CONF", path, 1);
}

static void
finish(void)
{
	if (loaded)
		cfg_release(&cfg);
	unlink(path);
}

TestSuite(cfg, .init = begin, .fini = finish);

static int
load(const char *text)
{
	FILE	*f = fopen(path, "w");

	cr_assert(f != NULL);
	fputs(text, f);
	fclose(f);
	if (loaded)
		cfg_release(&cfg);
	memset(&e, 0, sizeof(e));
	loaded = cfg_load(&cfg, &e) == 0;
	return loaded ? 0 : -1;
}

Test(cfg, an_empty_file_gives_the_defaults)
{
	cr_assert_eq(load(""), 0, "%s", e.msg);
	cr_expect_eq(cfg.env, CFG_PRODUCTION);
	cr_expect(cfg.database_url == NULL);
	cr_expect(cfg.rate_limit);
	cr_expect_eq(cfg.upload_max_bytes, INT64_C(2147483648));
	cr_expect_eq(cfg.merge_timeout, 3600);
	cr_expect_eq(cfg.cors_origins.n, 0);
	cr_expect_str_eq(cfg.stripe_api_base, "https://api.stripe.com");
	cr_expect_str_eq(cfg.path, path);
}

Test(cfg, environment_overrides_the_file)
{
	setenv("DATABASE_URL", "postgresql:///environment", 1);
	cr_assert_eq(load("[database]\nurl = postgresql:///file\n"), 0);
	cr_expect_str_eq(cfg.database_url, "postgresql:///environment");
	setenv("DATABASE_URL", "", 1);
	cr_assert_eq(load("[database]\nurl = postgresql:///file\n"), 0);
	cr_expect_str_eq(cfg.database_url, "postgresql:///file");
	setenv("TEST_DATABASE_URL", "postgresql:///test", 1);
	cr_assert_eq(load("[cerberus]\nenvironment = testing\n"), 0);
	cr_expect_str_eq(cfg.database_url, "postgresql:///test");
	cr_assert_eq(load("[cerberus]\nenvironment = development\n"), 0);
	cr_expect(cfg.database_url == NULL);
}

Test(cfg, reads_lists_and_long_values)
{
	struct buf	 b;

	cr_assert_eq(load("[cerberus]\n# a comment\n; another\n"
	    "cors_origins = https://a.example, https://b.example\t"
	    "https://c.example\n"), 0, "%s", e.msg);
	cr_expect_eq(cfg.cors_origins.n, 3);
	cr_expect(cfg_list_has(&cfg.cors_origins, "https://b.example"));
	cr_expect(!cfg_list_has(&cfg.cors_origins, "https://b.exampl"));
	buf_init(&b, 50000);
	buf_adds(&b, "[cerberus]\ncors_origins =");
	for (int i = 0; i < 500; i++)
		buf_addf(&b, " https://site-%d.example", i);
	buf_addc(&b, '\n');
	cr_assert_eq(load(b.data), 0, "%s", e.msg);
	cr_expect_eq(cfg.cors_origins.n, 500);
	buf_release(&b);
}

Test(cfg, a_tilde_is_the_home_directory_of_the_user)
{
	static char	 home[4096];

	setenv("HOME", "/nonexistent", 1);
	snprintf(home, sizeof(home), "%s/layouts",
	    getpwuid(geteuid())->pw_dir);
	cr_assert_eq(load("[upload]\nlayouts = ~/layouts\n"), 0, "%s", e.msg);
	cr_expect_str_eq(cfg.layouts_dir, home);
	cr_assert_eq(load("[upload]\nlayouts = /etc/~/x\n"), 0, "%s", e.msg);
	cr_expect_str_eq(cfg.layouts_dir, "/etc/~/x");
}

Test(cfg, errors_name_the_setting)
{
	static const struct { const char *text, *says; } t[] = {
		{ "[cerberus]\nshoe_size = 43\n", "shoe_size" },
		{ "[nothing]\nurl = x\n", "[nothing]" },
		{ "url = x\n", "url" },
		{ "[database]\nurl = a\nurl = b\n", "twice" },
		{ "[database]\nnonsense\n", "line 2" },
		{ "[database\nurl = a\n", "url" },
		{ "[database]\nstatement_timeout_ms = soon\n",
		  "statement_timeout_ms" },
		{ "[database]\nstatement_timeout_ms = 1\n", "from 100" },
		{ "[limits]\nrate_limit = perhaps\n", "yes or no" },
		{ "[cerberus]\nenvironment = prod\n", "production" },
		{ "[campaign x]\nstripe_secret_key = a\n", "campaign" },
		{ "[campaign 0]\nstripe_secret_key = a\n", "campaign" },
		{ "[campaign 3]\nnonsense = a\n", "nonsense" },
		{ "[campaign 3]\nactblue_password = short\n", "16" },
		{ "[stripe]\npublishable_key = sk_live_x\n", "pk_" },
		{ "[campaign 3]\nstripe_publishable_key = rk_x\n", "pk_" },
		{ "[donate]\nchallenge_site_key = k\n", "together" },
		{ "[donate]\nchallenge_site_key = k\n"
		  "challenge_script = https://a\n", "challenge_url" },
		{ "[donate]\nchallenge_url = https://a\n"
		  "challenge_secret = b\nchallenge_site_key = k\n"
		  "challenge_script = http://a\n", "https" },
		{ "[limits]\nrate_limit = off\n", "rate_limit" },
		{ "[stripe]\napi_base = http://127.0.0.1\n", "https" },
		{ "[cerberus]\nsite_url = cerberus.example.org\n",
		  "site_url" },
		{ "[cerberus]\nsite_url = https://\n", "site_url" },
		{ "[cerberus]\nsite_url = https:///x\n", "site_url" },
		{ "[cerberus]\nsite_url = https://example.org/\n",
		  "site_url" },
		{ "[cerberus]\nsite_url = https://example.org/\"\n",
		  "site_url" },
		{ "[cerberus]\nrequire_totp = all\n", "managers" },
		{ "[cerberus]\nrequire_totp = admins\n", "secret_key" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		cr_expect_eq(load(t[i].text), -1, "%s", t[i].text);
		cr_expect(strstr(e.msg, t[i].says) != NULL, "%s: %s",
		    t[i].text, e.msg);
	}
}

Test(cfg, an_address_and_a_second_factor_are_configured)
{
	cr_expect_eq(load("[cerberus]\nsite_url = https://[::1]:8443/~a\n"
	    "secret_key = 0123456789\nrequire_totp = managers\n"), 0, "%s",
	    e.msg);
	cr_expect_str_eq(cfg.site_url, "https://[::1]:8443/~a");
	cr_expect_str_eq(cfg.require_totp, "managers");
	cr_expect_eq(load(""), 0);
	cr_expect_null(cfg.site_url);
	cr_expect_str_eq(cfg.require_totp, "none");
}

Test(cfg, testing_allows_settings_that_production_refuses)
{
	cr_expect_eq(load("[cerberus]\nenvironment = testing\n"
	    "[limits]\nrate_limit = off\n"
	    "[stripe]\napi_base = http://127.0.0.1\n"), 0, "%s", e.msg);
	cr_expect(!cfg.rate_limit);
}

Test(cfg, a_file_with_a_secret_that_others_can_read_is_refused)
{
	static const mode_t	 modes[] = { 0604, 0644, 0602, 0601, 0666 };
	static const char	*secrets[] = {
		"[cerberus]\nsecret_key = a\n",
		"[database]\nurl = postgresql://a:b@c/d\n",
		"[database]\nstripe_url = postgresql://a:b@c/d\n",
		"[stripe]\nsecret_key = a\n",
		"[stripe]\nwebhook_secrets = a\n",
		"[donate]\nchallenge_url = https://a\nchallenge_secret = b\n",
		"[campaign 3]\nactblue_user = a\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
		for (size_t j = 0; j < ARRAY_LEN(modes); j++) {
			chmod(path, modes[j]);
			cr_expect_eq(load(secrets[i]), -1, "%s: %o",
			    secrets[i], modes[j]);
			cr_expect(strstr(e.msg, "chmod o= /tmp/cerberus-cfg.")
			    != NULL, "%s", e.msg);
		}
		chmod(path, 0640);
		cr_expect_eq(load(secrets[i]), 0, "%s: %s", secrets[i],
		    e.msg);
	}
}

Test(cfg, a_file_without_secrets_is_refused_if_others_can_write_to_it)
{
	static const char	 text[] = "[cerberus]\nsecret_key =\n"
				    "cors_origins = https://a.example\n";

	chmod(path, 0644);
	cr_expect_eq(load(text), 0, "%s", e.msg);
	cr_expect_eq(cfg.cors_origins.n, 1);
	chmod(path, 0646);
	cr_expect_eq(load(text), -1);
	cr_expect(strstr(e.msg, "chmod o= /tmp/cerberus-cfg.") != NULL, "%s",
	    e.msg);
}

Test(cfg, a_missing_file_is_an_error_if_cerberus_conf_names_it)
{
	setenv("CERBERUS_CONF", "/nonexistent/cerberus.conf", 1);
	cr_expect_eq(cfg_load(&cfg, &e), -1);
	cr_expect(strstr(e.msg, "/nonexistent/cerberus.conf") != NULL);
}

Test(cfg, campaigns_have_their_own_keys)
{
	const char	*user = NULL, *password = NULL;

	cr_assert_eq(load("[stripe]\nsecret_key = sk_default\n"
	    "publishable_key = pk_default\n"
	    "[campaign 3]\nstripe_secret_key = sk_three\n"
	    "stripe_publishable_key = pk_three\n"
	    "stripe_webhook_secrets = whsec_a whsec_b\n"
	    "actblue_user = a\nactblue_password = 0123456789abcdef\n"
	    "[campaign 10]\nstripe_secret_key = sk_ten\n"
	    "actblue_user = a\n"), 0, "%s", e.msg);
	cr_expect_str_eq(cfg_stripe_for(&cfg, 3)->secret_key, "sk_three");
	cr_expect_str_eq(cfg_stripe_for(&cfg, 3)->publishable_key, "pk_three");
	cr_expect_str_eq(cfg_stripe_for(&cfg, 1)->publishable_key,
	    "pk_default");
	cr_expect_eq(cfg_stripe_for(&cfg, 10)->publishable_key, NULL,
	    "a key of another account takes no card for this one");
	cr_expect_eq(cfg_stripe_for(&cfg, 3)->webhook_secrets.n, 2);
	cr_expect_str_eq(cfg_stripe_for(&cfg, 10)->secret_key, "sk_ten");
	cr_expect_str_eq(cfg_stripe_for(&cfg, 1)->secret_key, "sk_default");
	cr_expect(cfg_actblue(&cfg, 3, &user, &password));
	cr_expect_str_eq(user, "a");
	cr_expect_str_eq(password, "0123456789abcdef");
	cr_expect_not(cfg_actblue(&cfg, 10, &user, &password), "half a pair");
	cr_expect_not(cfg_actblue(&cfg, 1, &user, &password));
}

Test(cfg, every_setting_has_a_complete_row)
{
	size_t			 n;
	const struct cfg_row	*rows = cfg_rows(&n);

	for (size_t i = 0; i < n; i++) {
		cr_expect(rows[i].help != NULL && *rows[i].help != '\0', "%s",
		    rows[i].key);
		for (size_t k = 0; k < i; k++)
			cr_expect(strcmp(rows[i].section, rows[k].section) !=
			    0 || strcmp(rows[i].key, rows[k].key) != 0);
		if (rows[i].env != NULL)
			cr_expect(strncmp(rows[i].env, "HTTP_", 5) != 0,
			    "clients write %s", rows[i].env);
	}
	cr_expect_gt(n, 10);
}

/* Return the value of "key = value" or "#key = value" in a section. */
static bool
sample_has(const char *text, const char *section, const char *key,
    char *value, size_t size)
{
	char	 head[64];
	const char *p;

	snprintf(head, sizeof(head), "\n[%s]\n", section);
	if ((p = strstr(text, head)) == NULL)
		return false;
	for (p += strlen(head); *p != '\0' && *p != '['; p += *p == '\n') {
		const char	*s = p;

		p += strcspn(p, "\n");
		s += *s == '#' || *s == ';';
		s += strspn(s, " \t");
		if (strncmp(s, key, strlen(key)) != 0)
			continue;
		s += strlen(key);
		s += strspn(s, " \t");
		if (*s != '=')
			continue;
		s += 1 + strspn(s + 1, " \t");
		snprintf(value, size, "%.*s", (int)(p - s), s);
		return true;
	}
	return false;
}

Test(cfg, the_sample_names_every_setting_with_its_default)
{
	const char		*dir = getenv("SRCDIR");
	static char		 text[65536], name[4096], value[4096];
	size_t			 n;
	const struct cfg_row	*rows = cfg_rows(&n);
	FILE			*f;

	cr_assert(dir != NULL, "start the tests by make check");
	snprintf(name, sizeof(name), "%s/etc/cerberus.conf.sample", dir);
	cr_assert((f = fopen(name, "r")) != NULL, "%s", name);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	for (size_t i = 0; i < n; i++) {
		if (!sample_has(text, rows[i].section, rows[i].key, value,
		    sizeof(value))) {
			cr_expect(false, "[%s] %s is not in the sample",
			    rows[i].section, rows[i].key);
			continue;
		}
		/* Paths differ from one installation to another. */
		if (rows[i].fallback != NULL && rows[i].fallback[0] != '/')
			cr_expect_str_eq(value, rows[i].fallback, "[%s] %s",
			    rows[i].section, rows[i].key);
	}
	/* An unchanged copy of the sample is a valid configuration. */
	cr_expect_eq(load(text), 0, "%s", e.msg);
}
