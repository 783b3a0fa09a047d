/*
 * The session cookie of browsers.  Scripts cannot read it, and it is accepted
 * only in requests that the site's own pages cause.
 */
#ifndef HTTP_BROWSER_H
#define HTTP_BROWSER_H

#include "req.h"
#include "resp.h"

/* The __Host- prefix: Secure, for this host alone, Path=/ (RFC 6265bis). */
#define BROWSER_COOKIE	"__Host-cerberus"

/*
 * Return true if the service shares its origin with other people's pages, as
 * under /~user/: those could use the cookie.
 */
bool	 browser_shared(const struct req *);

/*
 * Return 0 if the cookie may be used for this request, or -1: 403 if the
 * service shares its origin with other people's pages, or if another site's
 * page caused the request.
 */
int	 browser_check(const struct req *, struct err *) MUST_USE;

/* Set the cookie for a number of seconds; 0 removes it. */
void	 browser_cookie(struct req *, struct resp *, const char *token,
	    int64_t seconds);

#endif
