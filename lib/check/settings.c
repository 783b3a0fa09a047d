/* Checks of the values of settings and of file modes, for cerberus check. */
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "core/text.h"
#include "http/address.h"

#define SECRET_MIN	32

/* Is this what a browser sends as Origin: a scheme, a host, perhaps a port? */
static bool
is_origin(const char *s)
{
	size_t	 n = strncmp(s, "https://", 8) == 0 ? 8 :
		    strncmp(s, "http://", 7) == 0 ? 7 : 0;
	size_t	 host = strspn(s + n, "abcdefghijklmnopqrstuvwxyz0123456789"
		    "-.[]:");

	return n > 0 && host > 0 && s[n + host] == '\0' && s[n] != ':';
}

static bool
check_origins(const struct check *k, const struct cfg *c)
{
	bool	 ok = true;

	for (size_t i = 0; i < c->cors_origins.n; i++)
		if (!is_origin(c->cors_origins.word[i]))
			ok = check_report(k, false, "cors_origins", "\"%s\" is "
			    "not what a browser sends as Origin. Write the "
			    "scheme and the host in lower case, without a "
			    "slash at the end or a star: "
			    "https://www.example.org",
			    c->cors_origins.word[i]);
	return ok;
}

static bool
check_proxies(const struct check *k, const struct cfg *c)
{
	char		 address[64];
	const char	*word;
	bool		 ok = true;

	for (size_t i = 0; i < c->trusted_proxies.n; i++) {
		word = c->trusted_proxies.word[i];
		snprintf(address, sizeof(address), "%.*s",
		    (int)strcspn(word, "/"), word);
		if (!address_in(address, word))
			ok = check_report(k, false, "trusted_proxies",
			    "\"%s\" is "
			    "not an address or a network, so that no proxy "
			    "is trusted by it. Write 192.0.2.1 or "
			    "192.0.2.0/24", word);
	}
	return ok;
}

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/*
 * Check the Stripe keys of one account.  where is the section of the
 * configuration that has them.
 */
static bool
check_keys(const struct check *k, const struct cfg *c,
    const struct cfg_stripe *account, const char *where)
{
	const char	*key = account->secret_key;
	bool		 production = c->env == CFG_PRODUCTION;
	bool		 live, test, ok = true;

	for (size_t i = 0; i < account->webhook_secrets.n; i++)
		if (!begins(account->webhook_secrets.word[i], "whsec_"))
			ok = check_report(k, false, where, "a webhook secret "
			    "does not begin with whsec_. Copy the signing "
			    "secret of the endpoint from Stripe's dashboard");
	if (key == NULL && account->webhook_secrets.n == 0)
		return ok;
	if (key == NULL)
		return check_report(k, false, where,
		    "there is a webhook secret "
		    "and no secret key, so that donations are refused. Set "
		    "the account's key");
	live = begins(key, "sk_live_") || begins(key, "rk_live_");
	test = begins(key, "sk_test_") || begins(key, "rk_test_");
	if (!live && !test)
		ok = check_report(k, false, where, "the secret key is %s. Copy "
		    "the one that begins with sk_ or rk_", begins(key, "pk_") ?
		    "the publishable one" : "not one of Stripe's");
	else if (live != production)
		ok = check_report(k, false, where,
		    "a %s key in the environment "
		    "%s. %s", live ? "live" : "test", production ?
		    "production takes no money" : "for tests takes real money",
		    production ? "Set the account's live key" :
		    "Set a test key, or environment = production");
	if (account->webhook_secrets.n == 0)
		ok = check_report(k, false, where,
		    "there is a secret key and no "
		    "webhook secret, so that paid donations stay pending. "
		    "Make an endpoint for /api/v1/donate/webhook in Stripe's "
		    "dashboard, and set its signing secret");
	return ok;
}

static bool
check_stripe_keys(const struct check *k, const struct cfg *c)
{
	char	 where[40] = "stripe";
	bool	 ok = true;

	for (const struct cfg_stripe *a = &c->stripe; a != NULL; a = a->next) {
		if (a != &c->stripe)
			snprintf(where, sizeof(where), "campaign %lld",
			    (long long)a->campaign_id);
		ok &= check_keys(k, c, a, where);
	}
	return ok;
}

/* The currencies and their least amounts: "usd:50". */
static bool
check_minimums(const struct check *k, const struct cfg *c)
{
	const char	*word;
	int64_t		 n;
	bool		 ok = true;

	for (size_t i = 0; i < c->stripe_minimums.n; i++) {
		word = c->stripe_minimums.word[i];
		if (strspn(word, "abcdefghijklmnopqrstuvwxyz") != 3 ||
		    word[3] != ':' || !text_int64(word + 4, strlen(word + 4),
		    &n) || n < 1)
			ok = check_report(k, false, "minimum_amounts",
			    "\"%s\" is "
			    "not a currency and an amount. Write usd:50",
			    word);
	}
	return ok;
}

bool
check_settings(const struct check *k, const struct cfg *c)
{
	bool	 ok = check_origins(k, c);

	ok &= check_proxies(k, c);
	ok &= check_stripe_keys(k, c);
	ok &= check_minimums(k, c);
	if (c->secret_key != NULL && strlen(c->secret_key) < SECRET_MIN)
		ok = check_report(k, false, "secret_key",
		    "it has fewer than %d "
		    "characters and can be guessed. Set what \"openssl rand "
		    "-hex 32\" prints", SECRET_MIN);
	if (c->env == CFG_PRODUCTION && c->site_url != NULL &&
	    begins(c->site_url, "http://"))
		ok = check_report(k, false, "site_url",
		    "passwords would be sent "
		    "unencrypted. Get a certificate, and write https://");
	if (ok)
		check_report(k, true, "settings", "%s", "");
	return ok;
}

/* Report a file whose mode has one of these permission bits. */
static bool
check_mode(const struct check *k, const char *path, mode_t bits,
    const char *fault)
{
	struct stat	 st;

	if (path == NULL || stat(path, &st) != 0 || (st.st_mode & bits) == 0)
		return true;
	return check_report(k, false, "modes",
	    "%s %s. Run: chmod %04o %s", path,
	    fault, (unsigned)(st.st_mode & 07777 & ~bits), path);
}

bool
check_modes(const struct check *k, const struct cfg *c)
{
	char	 dir[4096] = ".", token[4200];
	bool	 ok;

	if (c->path == NULL)
		return true;
	if (strrchr(c->path, '/') != NULL)
		snprintf(dir, sizeof(dir), "%.*s",
		    (int)(strrchr(c->path, '/') - c->path), c->path);
	snprintf(token, sizeof(token), "%s/admin-token", dir);
	ok = check_mode(k, c->path, S_IWGRP | S_IWOTH,
	    "decides what the programs do, and others may write to it");
	ok &= check_mode(k, dir, S_IWOTH,
	    "holds the configuration, and others may replace it");
	ok &= check_mode(k, token, S_IRWXG | S_IRWXO,
	    "is an administrator's key, and others may read it");
	ok &= check_mode(k, c->log_file, S_IRWXO,
	    "is the log, and others may read it");
	ok &= check_mode(k, c->layouts_dir, S_IWOTH,
	    "has the layouts, and others may add some");
	if (ok)
		check_report(k, true, "modes", "%s", "");
	return ok;
}
