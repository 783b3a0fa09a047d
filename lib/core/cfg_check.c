/*
 * Checks of settings that concern several of them, or only production.
 * cfg_file.c checks single values.
 */
#include "cfg.h"
#include "cfg_part.h"

/* Check site_url, which begins links and is compared with Origin. */
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
		return err_set(e, ERR_INTERNAL, "[cerberus] site_url must be "
		    "an address such as https://cerberus.example.org, without "
		    "a slash at the end.");
	return 0;
}

/* Check the service of challenges, its secret, and what the form needs. */
static int
check_challenge(const struct cfg *c, struct err *e)
{
	if ((c->challenge_site_key == NULL) != (c->challenge_script == NULL) ||
	    (c->challenge_script != NULL && c->challenge_url == NULL))
		return err_set(e, ERR_INTERNAL, "[donate] challenge_site_key "
		    "and challenge_script are needed together, and with them "
		    "challenge_url.");
	if (c->challenge_script != NULL &&
	    strncmp(c->challenge_script, "https://", 8) != 0)
		return err_set(e, ERR_INTERNAL, "[donate] challenge_script "
		    "must be an https address.");
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

/* Check that no account publishes another key than its publishable one. */
static int
check_published(const struct cfg *c, struct err *e)
{
	for (const struct cfg_stripe *k = &c->stripe; k != NULL; k = k->next)
		if (k->publishable_key != NULL &&
		    strncmp(k->publishable_key, "pk_", 3) != 0)
			return err_set(e, ERR_INTERNAL, "A publishable key of "
			    "Stripe begins with pk_. Never put a secret key "
			    "in its place: every visitor gets to see it.");
	return 0;
}

int
cfg_check(const struct cfg *c, struct err *e)
{
	if (check_site(c->site_url, e) != 0 || check_challenge(c, e) != 0 ||
	    check_published(c, e) != 0)
		return -1;
	if (c->require_totp == NULL || (strcmp(c->require_totp, "none") != 0 &&
	    strcmp(c->require_totp, "admins") != 0 &&
	    strcmp(c->require_totp, "managers") != 0))
		return err_set(e, ERR_INTERNAL, "[cerberus] require_totp must "
		    "be none, admins or managers.");
	if (strcmp(c->require_totp, "none") != 0 && c->secret_key == NULL)
		return err_set(e, ERR_INTERNAL, "[cerberus] require_totp needs "
		    "secret_key, which encrypts the secrets.");
	if (c->env != CFG_PRODUCTION)
		return 0;
	if (!c->rate_limit)
		return err_set(e, ERR_INTERNAL, "Production refuses "
		    "[limits] rate_limit = off.");
	if (c->stripe_api_base != NULL &&
	    strncmp(c->stripe_api_base, "https://", 8) != 0)
		return err_set(e, ERR_INTERNAL, "Production requires an "
		    "https address in [stripe] api_base.");
	return 0;
}
