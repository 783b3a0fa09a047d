/* users.cgi: user accounts, for admins. */
#include "account/api_key.h"
#include "account/invitation.h"
#include "account/user.h"
#include "http/endpoint.h"
#include "rest/list.h"
#include "rest/resource.h"

static int
list(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &user_list, NULL, e);
}

static int
get(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_get(rq, rs, &user_schema, rq->path_id[0], e);
}

static int
create(struct req *rq, struct resp *rs, struct err *e)
{
	return user_create(rq, rs, e);
}

static int
update(struct req *rq, struct resp *rs, struct err *e)
{
	return user_update(rq, rs, rq->path_id[0], e);
}

static int
delete(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_delete(rq, rs, &user_schema, rq->path_id[0], e);
}

static int
keys(struct req *rq, struct resp *rs, struct err *e)
{
	return api_key_list_of(rq, rs, rq->path_id[0], e);
}

static int
invite(struct req *rq, struct resp *rs, struct err *e)
{
	return invitation_create(rq, rs, rq->path_id[0], e);
}

static int
key_revoke(struct req *rq, struct resp *rs, struct err *e)
{
	return api_key_revoke(rq, rs, rq->path_id[1], rq->path_id[0], e);
}

/* clang-format off */
static const struct route routes[] = {
	{ M_GET,    "/",    ACCESS_ADMIN, BODY_NONE, route_own_params, NULL,
	  list },
	{ M_POST,   "/",    ACCESS_ADMIN | ROUTE_SECRET, BODY_JSON, NULL,
	  NULL, create },
	{ M_GET,    "/:id", ACCESS_ADMIN, BODY_NONE, NULL, NULL, get },
	{ M_PUT,    "/:id", ACCESS_ADMIN | ROUTE_SECRET, BODY_JSON, NULL,
	  NULL, update },
	{ M_PATCH,  "/:id", ACCESS_ADMIN | ROUTE_SECRET, BODY_JSON, NULL,
	  NULL, update },
	{ M_DELETE, "/:id", ACCESS_ADMIN, BODY_NONE, NULL, NULL, delete },
	{ M_POST,   "/:id/invitation", ACCESS_ADMIN | ROUTE_SECRET, BODY_NONE,
	  NULL, NULL, invite },
	{ M_GET,    "/:id/api-keys", ACCESS_ADMIN, BODY_NONE, route_own_params,
	  NULL, keys },
	{ M_DELETE, "/:id/api-keys/:id", ACCESS_ADMIN, BODY_NONE, NULL, NULL,
	  key_revoke },
};
/* clang-format on */

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
