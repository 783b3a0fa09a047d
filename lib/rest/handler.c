/*
 * The generic handlers: pass a route's schema, list and scope to the functions
 * of list.c and resource.c.
 */
#include "doc.h"
#include "handler.h"
#include "list.h"
#include "resource.h"

int
rest_list(struct req *rq, struct resp *rs, struct err *e)
{
	const struct route	*r = rq->route;
	const struct scope	 scope = {
		.where = r->scope,
		.value = doc_id(rq->arena, rq->path_id[0]),
		.parent = r->schema,
	};

	return list_answer(rq, rs, r->list, r->scope != NULL ? &scope : NULL,
	    e);
}

int
rest_get(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_get(rq, rs, rq->route->schema, rq->path_id[0], e);
}

int
rest_create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (resource_read(rq, rq->route->schema, true, NULL, &r, e) != 0)
		return -1;
	return resource_create(rq, rs, &r, NULL, e);
}

int
rest_update(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (resource_read(rq, rq->route->schema, false, NULL, &r, e) != 0)
		return -1;
	return resource_update(rq, rs, &r, rq->path_id[0], e);
}

int
rest_delete(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_delete(rq, rs, rq->route->schema, rq->path_id[0], e);
}
