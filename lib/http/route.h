/*
 * The routes of a program.  Each row states the requirements of a request; the
 * runner checks them before it calls the row's handler.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "req.h"
#include "resp.h"

struct list;
struct schema;

/*
 * Who may call a route, and flags of the route (ROUTE_*), combined by "|".  If
 * a row does not set access, the route is for admins only.
 */
enum access {
	ACCESS_ADMIN,
	ACCESS_STAFF,		/* a valid token; the database decides what
				 * its user may see and do */
	ACCESS_SETUP,		/* a token, even one that is only good for
				 * setting up a second factor: the handler
				 * passes it to functions that verify it */
	ACCESS_PUBLIC,
	ACCESS_MASK = 0x0f,

	ROUTE_SECRET = 0x10,	/* passwords or tokens: wiped after use */
	ROUTE_OUTSIDE = 0x20,	/* no transaction may be open around it */
	ROUTE_UNLIMITED = 0x40,	/* no rate limit; signing in is limited by
				 * login_wait() in the database */
	ROUTE_STANDBY = 0x80,	/* reads much: a standby may answer it */
};

/* How the handler gets the body. */
enum body_kind {
	BODY_NONE,		/* it is not read */
	BODY_JSON,		/* rq->json: an object or array */
	BODY_FORM,		/* any of JSON, urlencoded, multipart */
	BODY_RAW,		/* rq->raw */
	BODY_STREAM,		/* the handler reads rq->body */
};

/*
 * One row.  Write it with designated initialisers, method and path first: tests
 * read the rows from the sources.  Exactly one of handle and by_id is set.
 */
struct route {
	enum method		 method;
	const char		*path;	/* "/:id/tags/:name" */
	enum access		 access;
	enum body_kind		 body;
	/*
	 * The query parameters that the route accepts, ending in NULL.  Without
	 * this, staff may send none, and parameters of public requests are not
	 * checked.  Lists check their parameters themselves.
	 */
	const char		*const *params;
	const char		*type;	/* of the response; NULL: JSON */

	int			(*handle)(struct req *, struct resp *,
				    struct err *);
	/* A handler that takes the first :id of the path, 0 without one. */
	int			(*by_id)(struct req *, struct resp *,
				    int64_t id, struct err *);

	/*
	 * For the generic handlers of rest/handler.h: the schema of the row
	 * that the path names, or the list.  scope, an SQL condition in which
	 * ?1 stands for the id in the path, limits the list; schema then
	 * describes the row with that id.
	 */
	const struct schema	*schema;
	const struct list	*list;
	const char		*scope;
};

/* A value of params: the handler checks the query parameters itself. */
extern const char *const route_own_params[];

/* Who may call the route, without its flags. */
enum access route_access(const struct route *);

/*
 * Find the row for the path and method of the request, and fill in path_id and
 * path_name.  404 if no row has the path; 405 if none of those has the method,
 * with the methods for Allow in *allow (arena).  For OPTIONS on a known path
 * *row is NULL and the result 0.
 */
int	 route_find(const struct route *, size_t n, struct req *,
	    const struct route **row, const char **allow, struct err *)
	    MUST_USE;

/*
 * Check the query parameters of a request against its route.  400 that names
 * each unknown and each repeated parameter.
 */
int	 route_check_params(const struct req *, struct err *) MUST_USE;

/*
 * Has a browser sent an HTML form to a route for forms, and does it prefer a
 * page to JSON?  False without a route.
 */
bool	 route_wants_page(const struct req *);

/* Call the handler of the request's route and return its result. */
int	 route_call(struct req *, struct resp *, struct err *);

#endif
