/* Sessions of browsers. */
#include "browser.h"

/* Is it the origin of [cerberus] site_url? */
static bool
ours(const struct req *rq)
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
 * Browsers say where a request comes from by Sec-Fetch-Site; older ones only by
 * Origin, which they may leave out where nothing is changed.
 */
static bool
from_us(const struct req *rq)
{
	bool	 safe = rq->method == M_GET || rq->method == M_OPTIONS;

	if (rq->fetch_site != NULL)
		return strcmp(rq->fetch_site, "same-origin") == 0 ||
		    (safe && strcmp(rq->fetch_site, "none") == 0);
	if (rq->origin != NULL)
		return ours(rq);
	return safe;
}

int
browser_check(const struct req *rq, struct err *e)
{
	if (browser_shared(rq))
		return err_slug(e, ERR_FORBIDDEN, "shared_origin", "This "
		    "service shares its origin with other sites, which could "
		    "use a session's cookie. Sign in with POST /auth/login and "
		    "send the token in the Authorization header.");
	if (!from_us(rq))
		return err_slug(e, ERR_FORBIDDEN, "cross_site", "A session's "
		    "cookie counts for requests from this site's own pages "
		    "only. Other programs send a token in the Authorization "
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
