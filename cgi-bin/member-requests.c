/*
 * member-requests.cgi: list, confirm and decline member requests, for admins.
 */
#include "campaign/member_request.h"
#include "http/endpoint.h"

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_ADMIN,
	  .params = route_own_params, .by_id = member_request_list },
	{ .method = M_POST, .path = "/:id/confirm", .access = ACCESS_ADMIN,
	  .by_id = member_request_confirm },
	{ .method = M_POST, .path = "/:id/decline", .access = ACCESS_ADMIN,
	  .by_id = member_request_decline },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
