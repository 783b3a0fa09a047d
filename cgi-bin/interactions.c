/* interactions.cgi: contacts with voters, one by one and in batches. */
#include "http/endpoint.h"
#include "canvass/interaction.h"
#include "rest/resource.h"

static int
list(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &interaction_list, NULL, e);
}

static int
get(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_get(rq, rs, &interaction_schema, rq->path_id[0], e);
}

static int
update(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (resource_read(rq, &interaction_schema, false, NULL, &r, e) != 0)
		return -1;
	return resource_update(rq, rs, &r, rq->path_id[0], e);
}

static int
delete(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_delete(rq, rs, &interaction_schema, rq->path_id[0],
	    e);
}

static const char *const batch_params[] = { "atomic", NULL };

/* clang-format off */
static const struct route routes[] = {
	{ M_GET,    "/",    ACCESS_STAFF, BODY_NONE, route_own_params, NULL,
	  list },
	{ M_POST,   "/",    ACCESS_STAFF, BODY_JSON, batch_params, NULL,
	  interaction_create },
	{ M_GET,    "/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL, get },
	{ M_PUT,    "/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL, update },
	{ M_PATCH,  "/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL, update },
	{ M_DELETE, "/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL, delete },
};
/* clang-format on */

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
