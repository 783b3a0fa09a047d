/*
 * users.cgi: user accounts, for admins.  auth.cgi has what users do themselves.
 */
#include "account/api_key.h"
#include "account/invitation.h"
#include "account/user.h"
#include "http/endpoint.h"
#include "rest/handler.h"

static int
key_revoke(struct req *rq, struct resp *rs, struct err *e)
{
	return api_key_revoke(rq, rs, rq->path_id[1], rq->path_id[0], e);
}

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_ADMIN,
	  .handle = rest_list, .list = &user_list },
	{ .method = M_POST, .path = "/", .access = ACCESS_ADMIN | ROUTE_SECRET,
	  .body = BODY_JSON, .handle = user_create },
	{ .method = M_GET, .path = "/:id", .access = ACCESS_ADMIN,
	  .handle = rest_get, .schema = &user_schema },
	{ .method = M_PUT, .path = "/:id",
	  .access = ACCESS_ADMIN | ROUTE_SECRET, .body = BODY_JSON,
	  .by_id = user_update },
	{ .method = M_PATCH, .path = "/:id",
	  .access = ACCESS_ADMIN | ROUTE_SECRET, .body = BODY_JSON,
	  .by_id = user_update },
	{ .method = M_DELETE, .path = "/:id", .access = ACCESS_ADMIN,
	  .handle = rest_delete, .schema = &user_schema },
	{ .method = M_POST, .path = "/:id/invitation",
	  .access = ACCESS_ADMIN | ROUTE_SECRET, .by_id = invitation_create },
	{ .method = M_GET, .path = "/:id/api-keys", .access = ACCESS_ADMIN,
	  .params = route_own_params, .by_id = api_key_list_of },
	{ .method = M_DELETE, .path = "/:id/api-keys/:id",
	  .access = ACCESS_ADMIN, .handle = key_revoke },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
