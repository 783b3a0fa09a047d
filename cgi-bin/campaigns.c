/* campaigns.cgi: campaigns, their members and their voters. */
#include "campaign/campaign.h"
#include "campaign/member.h"
#include "campaign/member_request.h"
#include "http/endpoint.h"
#include "rest/list.h"
#include "rest/resource.h"

static int
list(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &campaign_list, NULL, e);
}

static int
get(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_get(rq, rs, &campaign_schema, rq->path_id[0], e);
}

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
delete(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_delete(rq, rs, &campaign_schema, rq->path_id[0], e);
}

static int
members(struct req *rq, struct resp *rs, struct err *e)
{
	return member_list(rq, rs, rq->path_id[0], e);
}

static int
add_member(struct req *rq, struct resp *rs, struct err *e)
{
	return member_request_add(rq, rs, rq->path_id[0], e);
}

static int
member_requests(struct req *rq, struct resp *rs, struct err *e)
{
	return member_request_list(rq, rs, rq->path_id[0], e);
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

/* clang-format off */
static const struct route routes[] = {
	{ M_GET,   "/",    ACCESS_STAFF, BODY_NONE, route_own_params, NULL,
	  list },
	{ M_POST,  "/",    ACCESS_STAFF, BODY_JSON, NULL, NULL, create },
	{ M_GET,   "/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL, get },
	{ M_PUT,   "/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL, update },
	{ M_PATCH, "/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL, update },
	{ M_DELETE, "/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL, delete },
	{ M_GET,   "/:id/summary", ACCESS_STAFF, BODY_NONE, summary_params,
	  NULL, campaign_summary },
	{ M_POST,  "/:id/voters", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  campaign_join },
	{ M_DELETE, "/:id/voters", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  campaign_leave },
	{ M_GET,   "/:id/members", ACCESS_STAFF, BODY_NONE, route_own_params,
	  NULL, members },
	{ M_POST,  "/:id/members", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  add_member },
	{ M_GET,   "/:id/member-requests", ACCESS_STAFF, BODY_NONE,
	  route_own_params, NULL, member_requests },
	{ M_GET,   "/:id/members/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  member },
	{ M_PUT,   "/:id/members/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  put_member },
	{ M_DELETE, "/:id/members/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  delete_member },
};
/* clang-format on */

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
