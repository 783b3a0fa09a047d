/*
 * The table of settings, and loading the configuration from its file and the
 * environment.  cfg_file.c reads values, cfg_check.c checks them together.
 */
#include <pwd.h>
#include <unistd.h>

#include "cfg.h"
#include "cfg_part.h"

#ifndef CERBERUS_SYSCONFDIR
#define CERBERUS_SYSCONFDIR	"/etc/cerberus"
#endif
#ifndef CERBERUS_DATADIR
#define CERBERUS_DATADIR	"/usr/share/cerberus"
#endif

#define AT(member)	.offset = offsetof(struct cfg, member)

static const struct cfg_row rows[] = {
	{ "cerberus", "environment", "CERBERUS_ENV", CFG_ENV, AT(env),
	  .fallback = "production",
	  .help = "production, development or testing" },
	{ "cerberus", "secret_key", "SECRET_KEY", CFG_TEXT, AT(secret_key),
	  .secret = true,
	  .help = "signs cursors; 32 random characters or more" },
	{ "cerberus", "site_url", NULL, CFG_TEXT, AT(site_url),
	  .help = "where people find the service: https://host, with a path "
	    "if it has one" },
	{ "cerberus", "require_totp", NULL, CFG_TEXT, AT(require_totp),
	  .fallback = "none",
	  .help = "who needs a second factor: none, admins or managers" },
	{ "cerberus", "log_file", NULL, CFG_TEXT, AT(log_file),
	  .help = "one line per request; default: the web server's error log" },
	{ "cerberus", "cors_origins", NULL, CFG_LIST, AT(cors_origins),
	  .help = "websites that may call from a browser, exactly as they "
	    "send Origin" },
	{ "cerberus", "trusted_proxies", NULL, CFG_LIST, AT(trusted_proxies),
	  .help = "addresses or networks whose X-Forwarded-For is trusted" },
	{ "database", "url", "DATABASE_URL", CFG_TEXT, AT(database_url),
	  .secret = true,
	  .help = "URL of the database, with the role cerberus_app" },
	{ "database", "stripe_url", "STRIPE_DATABASE_URL", CFG_TEXT,
	  AT(stripe_database_url), .secret = true,
	  .help = "the same with the role cerberus_stripe, for donations; "
	    "default: url" },
	{ "database", "read_url", NULL, CFG_TEXT, AT(read_url),
	  .secret = true,
	  .help = "the same for standbys, which answer exports, counts and "
	    "cross tables" },
	{ "database", "sync_url", NULL, CFG_TEXT, AT(sync_url),
	  .secret = true,
	  .help = "the same for the synchronous standby, which answers reads "
	    "while no primary does" },
	{ "database", "statement_timeout_ms", NULL, CFG_INT,
	  AT(statement_timeout_ms), .fallback = "30000",
	  .low = 100, .high = 3600000,
	  .help = "a request whose statement takes longer is answered 503" },
	{ "database", "pooled", NULL, CFG_BOOL, AT(pooled),
	  .fallback = "no",
	  .help = "yes if url is that of a PgBouncer in transaction mode" },
	{ "upload", "upload_max_bytes", NULL, CFG_INT, AT(upload_max_bytes),
	  .fallback = "2147483648", .low = 1024, .high = INT64_MAX,
	  .help = "the largest voter file" },
	{ "upload", "merge_timeout", NULL, CFG_INT, AT(merge_timeout),
	  .fallback = "3600", .low = 1, .high = 86400,
	  .help = "seconds that PostgreSQL may take to merge a voter file" },
	{ "upload", "upload_min_rate", NULL, CFG_INT, AT(upload_min_rate),
	  .fallback = "1024", .low = 1, .high = 1000000000,
	  .help = "minimum rate of an upload, in bytes per second" },
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
	  .help = "how many of them at once after a pause" },
	{ "limits", "staff_per_minute", NULL, CFG_INT, AT(staff_per_minute),
	  .fallback = "6000", .low = 1, .high = 10000000,
	  .help = "requests with one token" },
	{ "limits", "staff_burst", NULL, CFG_INT, AT(staff_burst),
	  .fallback = "2000", .low = 1, .high = 10000000,
	  .help = "how many of them at once after a pause" },
	{ "limits", "body_seconds", NULL, CFG_INT, AT(body_seconds),
	  .fallback = "20", .low = 1, .high = 3600,
	  .help = "how long a program waits for a body, or for an upload to "
	    "send that many times upload_min_rate" },
	{ "limits", "login_tries", NULL, CFG_INT, AT(login_tries),
	  .fallback = "5", .low = 1, .high = 1000,
	  .help = "wrong passwords before further attempts have to wait" },
	{ "limits", "donations_per_hour", NULL, CFG_INT,
	  AT(donations_per_hour), .fallback = "500", .low = 1,
	  .high = 1000000,
	  .help = "attempts to donate to one campaign, from all addresses" },
	{ "access", "session_hours", NULL, CFG_INT, AT(session_hours),
	  .fallback = "12", .low = 1, .high = 8760,
	  .help = "how long a sign-in lasts" },
	{ "access", "shared_origin", NULL, CFG_BOOL, AT(shared_origin),
	  .fallback = "no",
	  .help = "yes if other people's pages have the same origin" },
	{ "access", "sandbox", NULL, CFG_BOOL, AT(sandbox),
	  .fallback = "yes",
	  .help = "refuse system calls that the programs do not need" },
	{ "backup", "latest", NULL, CFG_TEXT, AT(backup_latest),
	  .help = "the file of the last backup, or a folder whose newest file "
	    "it is" },
	{ "backup", "max_age_hours", NULL, CFG_INT, AT(backup_max_age_hours),
	  .fallback = "26", .low = 1, .high = 87600,
	  .help = "how old it may be" },
	{ "donate", "challenge_url", NULL, CFG_TEXT, AT(challenge_url),
	  .help = "where responses to challenges are verified" },
	{ "donate", "challenge_secret", NULL, CFG_TEXT, AT(challenge_secret),
	  .secret = true, .help = "the site's secret at that service" },
	{ "donate", "challenge_site_key", NULL, CFG_TEXT,
	  AT(challenge_site_key),
	  .help = "the site's public key there; the donation form needs it" },
	{ "donate", "challenge_script", NULL, CFG_TEXT, AT(challenge_script),
	  .help = "the service's script for the donation form" },
	{ "stripe", "secret_key", "STRIPE_SECRET_KEY", CFG_TEXT,
	  AT(stripe.secret_key), .secret = true,
	  .help = "sk_... of the account" },
	{ "stripe", "publishable_key", NULL, CFG_TEXT,
	  AT(stripe.publishable_key),
	  .help = "pk_... of the account; the donation form needs it to take "
	    "cards itself" },
	{ "stripe", "webhook_secrets", "STRIPE_WEBHOOK_SECRET", CFG_LIST,
	  AT(stripe.webhook_secrets), .secret = true,
	  .help = "whsec_...; several while one replaces another" },
	{ "stripe", "api_base", "STRIPE_API_BASE", CFG_TEXT,
	  AT(stripe_api_base), .fallback = "https://api.stripe.com",
	  .help = "a test server; production requires https" },
	{ "stripe", "connect_timeout_ms", NULL, CFG_INT,
	  AT(stripe_connect_ms), .fallback = "3000",
	  .low = 10, .high = 60000,
	  .help = "how long a connection to Stripe may take" },
	{ "stripe", "total_timeout_ms", NULL, CFG_INT, AT(stripe_total_ms),
	  .fallback = "20000", .low = 100, .high = 300000,
	  .help = "how long a donor waits for Stripe, retries included" },
	{ "stripe", "retries", NULL, CFG_INT, AT(stripe_retries),
	  .fallback = "3", .low = 0, .high = 10,
	  .help = "how often a failed call is repeated" },
	{ "stripe", "minimum_amounts", NULL, CFG_LIST, AT(stripe_minimums),
	  .fallback = "usd:50 cad:50 eur:50 gbp:30 aud:50 nzd:50 chf:50",
	  .help = "the accepted currencies, and the smallest amount of each "
	    "in minor units" },
};

const struct cfg_row *
cfg_rows(size_t *n)
{
	*n = ARRAY_LEN(rows);
	return rows;
}

static bool
env_has(const char *name)
{
	const char	*value = getenv(name);

	return value != NULL && *value != '\0';
}

/*
 * Return true if the environment names a database, but no URL for the role
 * cerberus_stripe: stripe_url in the file may be that of another database.
 */
static bool
only_url_from_environment(void)
{
	return (env_has("DATABASE_URL") || env_has("TEST_DATABASE_URL")) &&
	    !env_has("STRIPE_DATABASE_URL");
}

/*
 * Return the path; "~/" at its beginning stands for the home directory of the
 * process's user.  Builds for hosts have such paths.
 */
static const char *
at_home(struct arena *a, const char *path)
{
	struct passwd	*user;

	if (strncmp(path, "~/", 2) != 0 ||
	    (user = getpwuid(geteuid())) == NULL)
		return path;
	return arena_printf(a, "%s%s", user->pw_dir, path + 1);
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
		    cfg_set(c, &rows[i], rows[i].fallback, "default", e) != 0)
			goto fail;
	if (cfg_read(c, wanted ? path : at_home(&c->arena,
	    CERBERUS_SYSCONFDIR "/cerberus.conf"), wanted, e) != 0)
		goto fail;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].env != NULL &&
		    (value = getenv(rows[i].env)) != NULL && *value != '\0' &&
		    cfg_set(c, &rows[i], value, rows[i].env, e) != 0)
			goto fail;
	if (c->env == CFG_TESTING &&
	    (value = getenv("TEST_DATABASE_URL")) != NULL && *value != '\0')
		c->database_url = arena_strdup(&c->arena, value);
	if (c->stripe_database_url == NULL || only_url_from_environment())
		c->stripe_database_url = c->database_url;
	/* So may the standbys. */
	if (env_has("DATABASE_URL") || env_has("TEST_DATABASE_URL"))
		c->read_url = c->sync_url = NULL;
	c->layouts_dir = at_home(&c->arena, c->layouts_dir);
	if (cfg_check(c, e) != 0)
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

	/* An account with only one of the two keys is still separate: events
	 * of the default account must not count as its events. */
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
