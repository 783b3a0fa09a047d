/*
 * Routes: what a request needs is a column of its row, checked before the
 * handler runs.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "req.h"
#include "resp.h"

/* Who may call, and with it what else is special about a route. */
enum access {
	ACCESS_PUBLIC,
	ACCESS_STAFF,		/* a valid token; the database knows the rest */
	ACCESS_ADMIN,
	ACCESS_SETUP,		/* a token, perhaps one that is good only for
				 * setting up a second factor: the handler
				 * hands it to functions that look at it */
	ACCESS_MASK = 0x0f,

	ROUTE_SECRET = 0x10,	/* passwords or tokens: wiped after use */
	ROUTE_OUTSIDE = 0x20,	/* no transaction may be open around it */
	ROUTE_UNLIMITED = 0x40,	/* no token bucket; signing in has limits
				 * of its own, see login_wait() */
};

/* How the body comes to the handler. */
enum body_kind {
	BODY_NONE,		/* it is not read */
	BODY_JSON,		/* rq->json: an object or array */
	BODY_FORM,		/* any of JSON, urlencoded, multipart */
	BODY_RAW,		/* rq->raw */
	BODY_STREAM,		/* rq->body: the handler reads it */
};

struct route {
	enum method		 method;
	const char		*path;	/* "/:id/tags/:name" */
	enum access		 access;
	enum body_kind		 body;
	const char		*const *params;	/* query parameters that it
				 * knows, ends in NULL; none at all for staff
				 * and any for the public where this is NULL */
	const char		*type;	/* of the answer; NULL: JSON */
	int			(*handle)(struct req *, struct resp *,
				    struct err *);
};

/* For params: the handler knows them and refuses others itself, as lists do. */
extern const char *const route_own_params[];

/*
 * Finds the row for the request's path and method and fills path_id and
 * path_name.  404 when no row has the path; 405, with the methods for Allow in
 * *allow (arena), when none has the method.  OPTIONS on a known path gives *row
 * NULL and 0.
 */
int	 route_find(const struct route *, size_t n, struct req *,
	    const struct route **row, const char **allow, struct err *)
	    MUST_USE;

#endif
