/*
 * The configuration: an INI file, and environment variables, which override
 * it.  Each setting is one row of cfg_rows(); a test checks
 * etc/cerberus.conf.sample against them.
 */
#ifndef CORE_CFG_H
#define CORE_CFG_H

#include "arena.h"
#include "err.h"

enum cfg_env {
	CFG_PRODUCTION,
	CFG_DEVELOPMENT,
	CFG_TESTING,
};

/* The value of a setting that is a list of words. */
struct cfg_list {
	const char	**word;
	size_t		  n;
};

/*
 * Stripe's keys of one campaign, and the name and password that ActBlue's
 * webhook for it sends; campaign 0 is the default pair of keys.
 */
struct cfg_stripe {
	int64_t		 campaign_id;
	const char	*secret_key;
	const char	*publishable_key; /* for pages; NULL: none */
	struct cfg_list	 webhook_secrets;
	int64_t		 contribution_limit; /* cents per donor and election,
					      * or per year if the committee
					      * has no candidate; 0: none */
	const char	*actblue_user;	/* NULL: no webhook */
	const char	*actblue_password;
	struct cfg_stripe *next;
};

struct cfg {
	struct arena	 arena;		/* holds every text below */
	const char	*path;		/* the file that was read, or NULL */
	enum cfg_env	 env;
	const char	*database_url;
	const char	*stripe_database_url; /* database_url if not set */
	const char	*read_url;	/* of standbys, or NULL */
	const char	*sync_url;	/* of the synchronous one, or NULL */
	int64_t		 statement_timeout_ms;
	bool		 pooled;	/* PgBouncer is in between */
	const char	*secret_key;
	const char	*site_url;	/* no slash at its end, or NULL */
	const char	*log_file;	/* NULL: standard error */
	struct cfg_list	 cors_origins;
	struct cfg_list	 trusted_proxies;
	int64_t		 upload_max_bytes;
	int64_t		 merge_timeout;	/* seconds */
	int64_t		 upload_min_rate;	/* bytes a second */
	int64_t		 body_seconds;
	const char	*layouts_dir;
	bool		 rate_limit;
	int64_t		 public_per_minute;	/* requests of an address */
	int64_t		 public_burst;
	int64_t		 staff_per_minute;	/* requests of a token */
	int64_t		 staff_burst;
	int64_t		 login_tries;	/* failures before a wait */
	int64_t		 donations_per_hour;	/* attempts, per campaign */
	int64_t		 session_hours;
	const char	*require_totp;	/* none, admins or managers */
	bool		 shared_origin;	/* no cookies for browsers */
	bool		 sandbox;
	const char	*backup_latest;	/* for cerberus check; may be NULL */
	int64_t		 backup_max_age_hours;
	const char	*challenge_url;		/* both or neither are set */
	const char	*challenge_secret;
	const char	*challenge_site_key;	/* likewise: for the page */
	const char	*challenge_script;
	const char	*stripe_api_base;
	int64_t		 stripe_connect_ms;
	int64_t		 stripe_total_ms;
	int64_t		 stripe_retries;
	struct cfg_list	 stripe_minimums;	/* "usd:50" */
	struct cfg_stripe stripe;	/* the default pair, others after it */
};

/* How a value is read. */
enum cfg_type {
	CFG_TEXT,
	CFG_LIST,
	CFG_INT,
	CFG_BOOL,
	CFG_ENV,
};

struct cfg_row {
	const char	*section;
	const char	*key;
	const char	*env;		/* variable that overrides, or NULL */
	enum cfg_type	 type;
	size_t		 offset;
	const char	*fallback;	/* default, as written in a file */
	int64_t		 low, high;	/* limits of a CFG_INT */
	bool		 secret;	/* others must not read the file */
	const char	*help;
};

/* Return the table of all settings, a static array, and its length in *n. */
const struct cfg_row *cfg_rows(size_t *n);

/*
 * Read the configuration file and the environment.  The file is the one that
 * CERBERUS_CONF names, or else /etc/cerberus/cerberus.conf, which may be
 * missing.  Return -1 if other users can write to the file, or can read it
 * although it contains a secret, or if a setting is unknown, malformed or not
 * allowed in production; msg says how to fix it.
 * cfg_release() frees what the struct points to.
 */
int	 cfg_load(struct cfg *, struct err *) MUST_USE;
void	 cfg_release(struct cfg *);

/* Return a campaign's Stripe keys, or the default pair if it has none. */
const struct cfg_stripe *cfg_stripe_for(const struct cfg *, int64_t campaign);

/*
 * Set the name and the password that ActBlue's webhook for a campaign sends.
 * Return false if the campaign has none.
 */
bool	 cfg_actblue(const struct cfg *, int64_t campaign, const char **user,
	    const char **password);

/*
 * Return the most cents a donor may give a campaign for an election, or in a
 * year; 0: no limit.
 */
int64_t	 cfg_contribution_limit(const struct cfg *, int64_t campaign);

/* Return true if the list contains the word. */
bool	 cfg_list_has(const struct cfg_list *, const char *word);

#endif
