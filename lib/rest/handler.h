/*
 * Generic handlers, for routes that need no more than the schema or the list of
 * their row.  A route that checks or computes more has its own handler, which
 * calls the functions of resource.h and list.h.
 */
#ifndef REST_HANDLER_H
#define REST_HANDLER_H

#include "http/route.h"

/*
 * GET of a list: the route's list, limited by its scope, if any, to the path's
 * id.  404 if that id has no row of the route's schema that the caller may see.
 */
int	 rest_list(struct req *, struct resp *, struct err *);

/* GET, POST, PUT or PATCH, and DELETE of one row of the route's schema. */
int	 rest_get(struct req *, struct resp *, struct err *);
int	 rest_create(struct req *, struct resp *, struct err *);
int	 rest_update(struct req *, struct resp *, struct err *);
int	 rest_delete(struct req *, struct resp *, struct err *);

#endif
