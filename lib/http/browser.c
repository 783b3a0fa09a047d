/*
 * The session cookie of browsers: set it, and check that the site's own page
 * sent the request.  caller.c takes the token from it.
 */
#include "browser.h"

/* Return true if the request's Origin is that of [cerberus] site_url. */
static bool
is_site_origin(const struct req *rq)
{
	const char	*site = rq->cfg->site_url;
	size_t		 n = strlen(rq->origin);

	return site != NULL && strncmp(site, rq->origin, n) == 0 &&
	    (site[n] == '\0' || site[n] == '/');
}

bool
browser_shared(const struct req *rq)
{
	return rq->cfg->shared_origin || strncmp(rq->script, "/~", 2) == 0;
}

/*
 * Return true if one of the site's own pages caused the request.  Browsers send
 * Sec-Fetch-Site; older ones only Origin, and not with every GET.
 */
static bool
is_same_origin(const struct req *rq)
{
	bool	 safe = rq->method == M_GET || rq->method == M_OPTIONS;

	if (rq->fetch_site != NULL)
		return strcmp(rq->fetch_site, "same-origin") == 0 ||
		    (safe && strcmp(rq->fetch_site, "none") == 0);
	if (rq->origin != NULL)
		return is_site_origin(rq);
	return safe;
}

int
browser_check(const struct req *rq, struct err *e)
{
	if (browser_shared(rq))
		return err_slug(e, ERR_FORBIDDEN, "shared_origin", "This "
		    "service shares its origin with other sites, which could "
		    "use a session cookie. Sign in with POST /auth/login and "
		    "send the token in the Authorization header.");
	if (!is_same_origin(rq))
		return err_slug(e, ERR_FORBIDDEN, "cross_site", "A session "
		    "cookie is accepted only in requests from this site's own "
		    "pages. Other programs send a token in the Authorization "
		    "header.");
	return 0;
}

void
browser_cookie(struct req *rq, struct resp *rs, const char *token,
    int64_t seconds)
{
	resp_header(rs, "Set-Cookie", arena_printf(rq->arena, BROWSER_COOKIE
	    "=%s; Path=/; Max-Age=%lld; HttpOnly; Secure; SameSite=Strict",
	    token, (long long)seconds));
}
