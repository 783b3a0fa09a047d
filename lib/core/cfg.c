/* The configuration, from an INI file and the environment. */
#include <errno.h>
#include <ini.h>
#include <sys/stat.h>

#include "cfg.h"
#include "text.h"

#ifndef CERBERUS_SYSCONFDIR
#define CERBERUS_SYSCONFDIR	"/etc/cerberus"
#endif
#ifndef CERBERUS_DATADIR
#define CERBERUS_DATADIR	"/usr/share/cerberus"
#endif

#define LINE_MAX_BYTES	(64 * 1024)
#define PASSWORD_MIN	16	/* of a webhook, which has no rate limit */

#define AT(member)	.offset = offsetof(struct cfg, member)

/* clang-format off */
static const struct cfg_row rows[] = {
	{ "cerberus", "environment", "CERBERUS_ENV", CFG_ENV, AT(env),
	  .fallback = "production",
	  .help = "production, development or testing" },
	{ "cerberus", "secret_key", "SECRET_KEY", CFG_TEXT, AT(secret_key),
	  .secret = true,
	  .help = "signs cursors; 32 random characters or more" },
	{ "cerberus", "site_url", NULL, CFG_TEXT, AT(site_url),
	  .help = "where people find the service: https://host, with a path "
	    "where it has one" },
	{ "cerberus", "require_totp", NULL, CFG_TEXT, AT(require_totp),
	  .fallback = "none",
	  .help = "who needs a second factor: none, admins or managers" },
	{ "cerberus", "log_file", NULL, CFG_TEXT, AT(log_file),
	  .help = "one line a request; default: the web server's error log" },
	{ "cerberus", "cors_origins", NULL, CFG_LIST, AT(cors_origins),
	  .help = "websites that may call from a browser, exactly as they "
	    "send Origin" },
	{ "cerberus", "trusted_proxies", NULL, CFG_LIST, AT(trusted_proxies),
	  .help = "addresses or networks whose X-Forwarded-For counts" },
	{ "database", "url", "DATABASE_URL", CFG_TEXT, AT(database_url),
	  .secret = true,
	  .help = "where PostgreSQL is, as the role cerberus_app" },
	{ "database", "stripe_url", "STRIPE_DATABASE_URL", CFG_TEXT,
	  AT(stripe_database_url), .secret = true,
	  .help = "the same as the role cerberus_stripe, for donations; "
	    "default: url" },
	{ "database", "statement_timeout_ms", NULL, CFG_INT,
	  AT(statement_timeout_ms), .fallback = "30000",
	  .low = 100, .high = 3600000,
	  .help = "a request whose statement takes longer is answered 503" },
	{ "database", "pooled", NULL, CFG_BOOL, AT(pooled),
	  .fallback = "no",
	  .help = "yes, where url leads to PgBouncer in transaction mode" },
	{ "upload", "upload_max_bytes", NULL, CFG_INT, AT(upload_max_bytes),
	  .fallback = "2147483648", .low = 1024, .high = INT64_MAX,
	  .help = "the largest voter file" },
	{ "upload", "merge_timeout", NULL, CFG_INT, AT(merge_timeout),
	  .fallback = "3600", .low = 1, .high = 86400,
	  .help = "seconds that PostgreSQL may take to merge a voter file" },
	{ "upload", "upload_min_rate", NULL, CFG_INT, AT(upload_min_rate),
	  .fallback = "1024", .low = 1, .high = 1000000000,
	  .help = "bytes a second that an upload brings at least" },
	{ "upload", "layouts", NULL, CFG_TEXT, AT(layouts_dir),
	  .fallback = CERBERUS_DATADIR "/layouts",
	  .help = "the folder of the voter files' layouts" },
	{ "limits", "rate_limit", "RATE_LIMIT", CFG_BOOL, AT(rate_limit),
	  .fallback = "on",
	  .help = "off for benchmarks; production refuses it" },
	{ "limits", "public_per_minute", NULL, CFG_INT,
	  AT(public_per_minute), .fallback = "60", .low = 1, .high = 1000000,
	  .help = "requests of one address to one public endpoint" },
	{ "limits", "public_burst", NULL, CFG_INT, AT(public_burst),
	  .fallback = "30", .low = 1, .high = 1000000,
	  .help = "as many at once after a rest" },
	{ "limits", "staff_per_minute", NULL, CFG_INT, AT(staff_per_minute),
	  .fallback = "6000", .low = 1, .high = 10000000,
	  .help = "requests with one token" },
	{ "limits", "staff_burst", NULL, CFG_INT, AT(staff_burst),
	  .fallback = "2000", .low = 1, .high = 10000000,
	  .help = "as many at once after a rest" },
	{ "limits", "body_seconds", NULL, CFG_INT, AT(body_seconds),
	  .fallback = "20", .low = 1, .high = 3600,
	  .help = "how long a program waits for a body, or for an upload to "
	    "bring as many times upload_min_rate" },
	{ "limits", "login_tries", NULL, CFG_INT, AT(login_tries),
	  .fallback = "5", .low = 1, .high = 1000,
	  .help = "wrong passwords before each further try waits longer" },
	{ "limits", "donations_per_hour", NULL, CFG_INT,
	  AT(donations_per_hour), .fallback = "500", .low = 1,
	  .high = 1000000,
	  .help = "attempts to donate to one campaign, from all addresses" },
	{ "access", "session_hours", NULL, CFG_INT, AT(session_hours),
	  .fallback = "12", .low = 1, .high = 8760,
	  .help = "how long a sign-in lasts" },
	{ "access", "shared_origin", NULL, CFG_BOOL, AT(shared_origin),
	  .fallback = "no",
	  .help = "yes, where other people's pages have the same origin" },
	{ "access", "sandbox", NULL, CFG_BOOL, AT(sandbox),
	  .fallback = "yes",
	  .help = "refuse system calls that the programs do not need" },
	{ "donate", "challenge_url", NULL, CFG_TEXT, AT(challenge_url),
	  .help = "where responses to challenges are verified" },
	{ "donate", "challenge_secret", NULL, CFG_TEXT, AT(challenge_secret),
	  .secret = true, .help = "the site's secret at that service" },
	{ "stripe", "secret_key", "STRIPE_SECRET_KEY", CFG_TEXT,
	  AT(stripe.secret_key), .secret = true,
	  .help = "sk_... of the account" },
	{ "stripe", "webhook_secrets", "STRIPE_WEBHOOK_SECRET", CFG_LIST,
	  AT(stripe.webhook_secrets), .secret = true,
	  .help = "whsec_...; several while one replaces another" },
	{ "stripe", "api_base", "STRIPE_API_BASE", CFG_TEXT,
	  AT(stripe_api_base), .fallback = "https://api.stripe.com",
	  .help = "a test server; production wants https" },
	{ "stripe", "connect_timeout_ms", NULL, CFG_INT,
	  AT(stripe_connect_ms), .fallback = "3000",
	  .low = 10, .high = 60000,
	  .help = "how long a connection to Stripe may take" },
	{ "stripe", "total_timeout_ms", NULL, CFG_INT, AT(stripe_total_ms),
	  .fallback = "20000", .low = 100, .high = 300000,
	  .help = "how long a donor waits for Stripe, retries included" },
	{ "stripe", "retries", NULL, CFG_INT, AT(stripe_retries),
	  .fallback = "3", .low = 0, .high = 10,
	  .help = "how often a call that failed is made again" },
	{ "stripe", "minimum_amounts", NULL, CFG_LIST, AT(stripe_minimums),
	  .fallback = "usd:50 cad:50 eur:50 gbp:30 aud:50 nzd:50 chf:50",
	  .help = "the currencies that are accepted, and the least of each in "
	    "minor units" },
};
/* clang-format on */

struct reader {
	struct cfg	*cfg;
	struct err	*err;
	const char	*path;
	bool		 seen[ARRAY_LEN(rows)];
	bool		 secret;	/* a setting that is one was read */
};

const struct cfg_row *
cfg_rows(size_t *n)
{
	*n = ARRAY_LEN(rows);
	return rows;
}

static struct cfg_list
split(struct arena *a, const char *text)
{
	struct cfg_list	 list = { 0 };
	const char	*p = text;
	size_t		 n;

	list.word = arena_alloc(a, (strlen(text) / 2 + 1) *
	    sizeof(*list.word));
	while (*(p += strspn(p, " \t,")) != '\0') {
		n = strcspn(p, " \t,");
		list.word[list.n++] = arena_strndup(a, p, n);
		p += n;
	}
	return list;
}

/* Puts one value where its row says. */
static int
set(struct cfg *c, const struct cfg_row *row, const char *value,
    const char *from, struct err *e)
{
	void	*at = (char *)c + row->offset;
	int64_t	 number;
	bool	 truth;

	switch (row->type) {
	case CFG_TEXT:
		*(const char **)at = *value == '\0' ? NULL :
		    arena_strdup(&c->arena, value);
		return 0;
	case CFG_LIST:
		*(struct cfg_list *)at = split(&c->arena, value);
		return 0;
	case CFG_INT:
		if (!text_int64(value, strlen(value), &number) ||
		    number < row->low || number > row->high)
			return err_set(e, ERR_INTERNAL, "%s: [%s] %s wants a "
			    "whole number from %lld to %lld.", from,
			    row->section, row->key, (long long)row->low,
			    (long long)row->high);
		*(int64_t *)at = number;
		return 0;
	case CFG_BOOL:
		if (!text_bool(value, strlen(value), &truth))
			return err_set(e, ERR_INTERNAL, "%s: [%s] %s wants yes "
			    "or no.", from, row->section, row->key);
		*(bool *)at = truth;
		return 0;
	case CFG_ENV:
		if (strcmp(value, "production") == 0)
			*(enum cfg_env *)at = CFG_PRODUCTION;
		else if (strcmp(value, "development") == 0)
			*(enum cfg_env *)at = CFG_DEVELOPMENT;
		else if (strcmp(value, "testing") == 0)
			*(enum cfg_env *)at = CFG_TESTING;
		else
			return err_set(e, ERR_INTERNAL, "%s: [%s] %s wants "
			    "production, development or testing.", from,
			    row->section, row->key);
		return 0;
	}
	return 0;
}

/* The keys of one campaign, made where there are none yet. */
static struct cfg_stripe *
campaign_keys(struct cfg *c, int64_t id)
{
	struct cfg_stripe	**at = &c->stripe.next;

	while (*at != NULL && (*at)->campaign_id != id)
		at = &(*at)->next;
	if (*at == NULL) {
		*at = arena_zalloc(&c->arena, sizeof(**at));
		(*at)->campaign_id = id;
	}
	return *at;
}

static int
set_campaign(struct reader *r, const char *section, const char *key,
    const char *value)
{
	const char		*number = section + strlen("campaign ");
	struct cfg_stripe	*keys;
	int64_t			 id;

	if (!text_int64(number, strlen(number), &id) || id < 1)
		return err_set(r->err, ERR_INTERNAL, "%s: [%s] wants a "
		    "campaign's number, such as [campaign 3].", r->path,
		    section);
	keys = campaign_keys(r->cfg, id);
	if (strcmp(key, "stripe_secret_key") == 0)
		keys->secret_key = *value == '\0' ? NULL :
		    arena_strdup(&r->cfg->arena, value);
	else if (strcmp(key, "stripe_webhook_secrets") == 0)
		keys->webhook_secrets = split(&r->cfg->arena, value);
	else if (strcmp(key, "contribution_limit") == 0) {
		if (!text_int64(value, strlen(value),
		    &keys->contribution_limit) || keys->contribution_limit < 0)
			return err_set(r->err, ERR_INTERNAL, "%s: [%s] %s "
			    "wants a whole number of cents.", r->path, section,
			    key);
	} else if (strcmp(key, "actblue_user") == 0) {
		keys->actblue_user = *value == '\0' ? NULL :
		    arena_strdup(&r->cfg->arena, value);
	} else if (strcmp(key, "actblue_password") == 0) {
		if (*value != '\0' && strlen(value) < PASSWORD_MIN)
			return err_set(r->err, ERR_INTERNAL, "%s: [%s] %s "
			    "wants at least %d characters.", r->path, section,
			    key, PASSWORD_MIN);
		keys->actblue_password = *value == '\0' ? NULL :
		    arena_strdup(&r->cfg->arena, value);
	} else
		return err_set(r->err, ERR_INTERNAL, "%s: [%s] has no setting "
		    "%s.", r->path, section, key);
	return 0;
}

/* inih's callback: 1 goes on, 0 stops. */
static int
on_setting(void *user, const char *section, const char *key,
    const char *value)
{
	struct reader	*r = user;

	if (strncmp(section, "campaign ", strlen("campaign ")) == 0) {
		r->secret = true;
		return set_campaign(r, section, key, value) == 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].section, section) != 0 ||
		    strcmp(rows[i].key, key) != 0)
			continue;
		if (r->seen[i]) {
			err_set(r->err, ERR_INTERNAL, "%s: [%s] %s stands "
			    "twice.", r->path, section, key);
			return 0;
		}
		r->seen[i] = true;
		r->secret |= rows[i].secret && *value != '\0';
		return set(r->cfg, &rows[i], value, r->path, r->err) == 0;
	}
	err_set(r->err, ERR_INTERNAL, "%s: there is no setting %s in [%s].",
	    r->path, key, section);
	return 0;
}

/* A missing file is fine unless it was asked for by name. */
static int
read_file(struct cfg *c, const char *path, bool wanted, struct err *e)
{
	struct reader	 r = { .cfg = c, .err = e, .path = path };
	struct stat	 st;
	FILE		*f;
	int		 line;

	if ((f = fopen(path, "re")) == NULL) {
		if (!wanted && errno == ENOENT)
			return 0;
		return err_set(e, ERR_INTERNAL, "%s cannot be read: %s.", path,
		    strerror(errno));
	}
	if (fstat(fileno(f), &st) != 0)
		st.st_mode = 0;
	if ((st.st_mode & S_IWOTH) != 0) {
		fclose(f);
		return err_set(e, ERR_INTERNAL, "%s: others may write to it: "
		    "chmod o= %s", path, path);
	}
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = LINE_MAX_BYTES;
	ini_allow_multiline = false;
	line = ini_parse_file(f, on_setting, &r);
	fclose(f);
	if (e->code != ERR_NONE)
		return -1;
	if (line != 0)
		return err_set(e, ERR_INTERNAL, "%s: line %d is no setting.",
		    path, line);
	if (r.secret && (st.st_mode & S_IRWXO) != 0)
		return err_set(e, ERR_INTERNAL, "%s holds secrets and others "
		    "may read it: chmod o= %s", path, path);
	c->path = arena_strdup(&c->arena, path);
	return 0;
}

/* An address for links and to compare Origin with. */
static int
check_site(const char *url, struct err *e)
{
	size_t	 scheme = url == NULL ? 0 :
		    strncmp(url, "https://", 8) == 0 ? 8 :
		    strncmp(url, "http://", 7) == 0 ? 7 : 0;
	size_t	 n = url == NULL ? 0 : strlen(url);

	if (url == NULL)
		return 0;
	if (scheme == 0 || url[scheme] == '/' || n == scheme ||
	    url[n - 1] == '/' || url[scheme + strspn(url + scheme,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "-._~:/[]%")] != '\0')
		return err_set(e, ERR_INTERNAL, "[cerberus] site_url wants an "
		    "address such as https://cerberus.example.org, without a "
		    "slash at its end.");
	return 0;
}

/* A service of challenges, and the secret for it. */
static int
check_challenge(const struct cfg *c, struct err *e)
{
	if ((c->challenge_url == NULL) != (c->challenge_secret == NULL))
		return err_set(e, ERR_INTERNAL, "[donate] challenge_url and "
		    "challenge_secret are needed together.");
	if (c->challenge_url == NULL ||
	    strncmp(c->challenge_url, "https://", 8) == 0)
		return 0;
	if (c->env == CFG_PRODUCTION ||
	    strncmp(c->challenge_url, "http://", 7) != 0)
		return err_set(e, ERR_INTERNAL, "[donate] challenge_url must "
		    "be an https address.");
	return 0;
}

/* What production does not allow. */
static int
check(const struct cfg *c, struct err *e)
{
	if (check_site(c->site_url, e) != 0 || check_challenge(c, e) != 0)
		return -1;
	if (c->require_totp == NULL || (strcmp(c->require_totp, "none") != 0 &&
	    strcmp(c->require_totp, "admins") != 0 &&
	    strcmp(c->require_totp, "managers") != 0))
		return err_set(e, ERR_INTERNAL, "[cerberus] require_totp wants "
		    "none, admins or managers.");
	if (strcmp(c->require_totp, "none") != 0 && c->secret_key == NULL)
		return err_set(e, ERR_INTERNAL, "[cerberus] require_totp needs "
		    "a secret_key, which seals the secrets.");
	if (c->env != CFG_PRODUCTION)
		return 0;
	if (!c->rate_limit)
		return err_set(e, ERR_INTERNAL, "Production refuses "
		    "[limits] rate_limit = off.");
	if (c->stripe_api_base != NULL &&
	    strncmp(c->stripe_api_base, "https://", 8) != 0)
		return err_set(e, ERR_INTERNAL, "Production wants an https "
		    "address in [stripe] api_base.");
	return 0;
}

static bool
env_has(const char *name)
{
	const char	*value = getenv(name);

	return value != NULL && *value != '\0';
}

/*
 * Does the environment name a database without saying how to reach it as
 * cerberus_stripe?  The file's stripe_url may lead to another one.
 */
static bool
only_url_from_environment(void)
{
	return (env_has("DATABASE_URL") || env_has("TEST_DATABASE_URL")) &&
	    !env_has("STRIPE_DATABASE_URL");
}

int
cfg_load(struct cfg *c, struct err *e)
{
	const char	*path = getenv("CERBERUS_CONF");
	const char	*value;
	bool		 wanted = path != NULL && *path != '\0';

	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].fallback != NULL &&
		    set(c, &rows[i], rows[i].fallback, "default", e) != 0)
			goto fail;
	if (read_file(c, wanted ? path : CERBERUS_SYSCONFDIR "/cerberus.conf",
	    wanted, e) != 0)
		goto fail;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].env != NULL &&
		    (value = getenv(rows[i].env)) != NULL && *value != '\0' &&
		    set(c, &rows[i], value, rows[i].env, e) != 0)
			goto fail;
	if (c->env == CFG_TESTING &&
	    (value = getenv("TEST_DATABASE_URL")) != NULL && *value != '\0')
		c->database_url = arena_strdup(&c->arena, value);
	if (c->stripe_database_url == NULL || only_url_from_environment())
		c->stripe_database_url = c->database_url;
	if (check(c, e) != 0)
		goto fail;
	return 0;
fail:
	cfg_release(c);
	return -1;
}

void
cfg_release(struct cfg *c)
{
	arena_release(&c->arena);
	memset(c, 0, sizeof(*c));
}

static const struct cfg_stripe *
campaign_section(const struct cfg *c, int64_t campaign)
{
	for (const struct cfg_stripe *k = c->stripe.next; k != NULL;
	    k = k->next)
		if (k->campaign_id == campaign)
			return k;
	return NULL;
}

const struct cfg_stripe *
cfg_stripe_for(const struct cfg *c, int64_t campaign)
{
	const struct cfg_stripe	*k = campaign_section(c, campaign);

	/* One key without the other is still an account of its own: events
	 * of the default account must not pass for its events. */
	return k != NULL && (k->secret_key != NULL ||
	    k->webhook_secrets.n > 0) ? k : &c->stripe;
}

bool
cfg_actblue(const struct cfg *c, int64_t campaign, const char **user,
    const char **password)
{
	const struct cfg_stripe	*k = campaign_section(c, campaign);

	if (k == NULL || k->actblue_user == NULL ||
	    k->actblue_password == NULL)
		return false;
	*user = k->actblue_user;
	*password = k->actblue_password;
	return true;
}

int64_t
cfg_contribution_limit(const struct cfg *c, int64_t campaign)
{
	const struct cfg_stripe	*k = campaign_section(c, campaign);

	return k != NULL ? k->contribution_limit : 0;
}

bool
cfg_list_has(const struct cfg_list *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->word[i], word) == 0)
			return true;
	return false;
}
