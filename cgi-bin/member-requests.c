/*
 * member-requests.cgi: list, confirm and decline member requests, for admins.
 */
#include "campaign/member_request.h"
#include "http/endpoint.h"

static int
list(struct req *rq, struct resp *rs, struct err *e)
{
	return member_request_list(rq, rs, 0, e);
}

static int
confirm(struct req *rq, struct resp *rs, struct err *e)
{
	return member_request_confirm(rq, rs, rq->path_id[0], e);
}

static int
decline(struct req *rq, struct resp *rs, struct err *e)
{
	return member_request_decline(rq, rs, rq->path_id[0], e);
}

/* clang-format off */
static const struct route routes[] = {
	{ M_GET,  "/", ACCESS_ADMIN, BODY_NONE, route_own_params, NULL,
	  list },
	{ M_POST, "/:id/confirm", ACCESS_ADMIN, BODY_NONE, NULL, NULL,
	  confirm },
	{ M_POST, "/:id/decline", ACCESS_ADMIN, BODY_NONE, NULL, NULL,
	  decline },
};
/* clang-format on */

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
