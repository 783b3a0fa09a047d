/* campaigns.cgi: campaigns, their members and their voters. */
#include "campaign/breakdown.h"
#include "campaign/campaign.h"
#include "campaign/member.h"
#include "campaign/member_request.h"
#include "campaign/public.h"
#include "http/endpoint.h"
#include "rest/handler.h"
#include "rest/resource.h"

static int
create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (resource_read(rq, &campaign_schema, true, NULL, &r, e) != 0 ||
	    campaign_check(&r, e) != 0)
		return -1;
	return resource_create(rq, rs, &r, NULL, e);
}

static int
update(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (resource_read(rq, &campaign_schema, false, NULL, &r, e) != 0 ||
	    campaign_check(&r, e) != 0)
		return -1;
	return resource_update(rq, rs, &r, rq->path_id[0], e);
}

static int
member(struct req *rq, struct resp *rs, struct err *e)
{
	return member_get(rq, rs, rq->path_id[0], rq->path_id[1], e);
}

static int
put_member(struct req *rq, struct resp *rs, struct err *e)
{
	return member_put(rq, rs, rq->path_id[0], rq->path_id[1], e);
}

static int
delete_member(struct req *rq, struct resp *rs, struct err *e)
{
	return member_delete(rq, rs, rq->path_id[0], rq->path_id[1], e);
}

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &campaign_list },
	{ .method = M_POST, .path = "/", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = create },
	{ .method = M_GET, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &campaign_schema },
	{ .method = M_PUT, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = update },
	{ .method = M_PATCH, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = update },
	{ .method = M_DELETE, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = rest_delete, .schema = &campaign_schema },
	{ .method = M_GET, .path = "/:id/public", .access = ACCESS_PUBLIC,
	  .handle = campaign_public },
	{ .method = M_GET, .path = "/:id/summary",
	  .access = ACCESS_STAFF | ROUTE_STANDBY,
	  .params = summary_params, .handle = campaign_summary },
	{ .method = M_GET, .path = "/:id/breakdown",
	  .access = ACCESS_STAFF | ROUTE_STANDBY,
	  .params = route_own_params, .handle = campaign_breakdown },
	{ .method = M_POST, .path = "/:id/voters", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = campaign_join },
	{ .method = M_DELETE, .path = "/:id/voters", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = campaign_leave },
	{ .method = M_GET, .path = "/:id/members", .access = ACCESS_STAFF,
	  .params = route_own_params, .by_id = member_list },
	{ .method = M_POST, .path = "/:id/members", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .by_id = member_request_add },
	{ .method = M_GET, .path = "/:id/member-requests",
	  .access = ACCESS_STAFF, .params = route_own_params,
	  .by_id = member_request_list },
	{ .method = M_GET, .path = "/:id/members/:id", .access = ACCESS_STAFF,
	  .handle = member },
	{ .method = M_PUT, .path = "/:id/members/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = put_member },
	{ .method = M_DELETE, .path = "/:id/members/:id",
	  .access = ACCESS_STAFF, .handle = delete_member },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
