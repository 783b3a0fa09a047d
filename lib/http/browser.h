/*
 * Sessions of browsers: a cookie that no script can read, and that counts for
 * requests of our own pages alone.
 */
#ifndef HTTP_BROWSER_H
#define HTTP_BROWSER_H

#include "req.h"
#include "resp.h"

/* The __Host- prefix: Secure, for this host alone, Path=/ (RFC 6265bis). */
#define BROWSER_COOKIE	"__Host-cerberus"

/*
 * Does the service share its origin with other people's pages, as under /~user/,
 * so that they could use the cookie?
 */
bool	 browser_shared(const struct req *);

/*
 * May the cookie count for this request?  403 where the service shares its origin
 * with other people's pages, and for a request that another site's page caused.
 */
int	 browser_check(const struct req *, struct err *) MUST_USE;

/* Sets the cookie for so many seconds; 0 removes it. */
void	 browser_cookie(struct req *, struct resp *, const char *token,
	    int64_t seconds);

#endif
