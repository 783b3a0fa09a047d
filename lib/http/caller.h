/* Who calls: the token of a request, or the session cookie of a browser. */
#ifndef HTTP_CALLER_H
#define HTTP_CALLER_H

#include "req.h"

/*
 * Find the token of a request to a route that is not public, and have the
 * database verify it together with the request's first statements.  401 if
 * there is no token; 403 if a cookie came with a page of another site.
 */
int	 caller_identify(struct req *, struct err *) MUST_USE;

/* Overwrite the token, cookie and password of a request in memory. */
void	 caller_wipe(struct req *);

#endif
