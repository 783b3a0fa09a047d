/* The caller's credential: a token, or the session cookie of a browser. */
#ifndef HTTP_CALLER_H
#define HTTP_CALLER_H

#include "req.h"

/*
 * Find the token of a request to a route that is not public, and pass its hash
 * to rq->db, which verifies it together with the request's first statements
 * (for ACCESS_SETUP the handler does that).  401 if there is no token; 403 if
 * browser_check() refuses a cookie.
 */
int	 caller_identify(struct req *, struct err *) MUST_USE;

/* Overwrite the token, cookie and password of a request in memory. */
void	 caller_wipe(struct req *);

#endif
