/* surveys.cgi: survey questions, voters' responses, and results. */
#include "canvass/survey.h"
#include "http/endpoint.h"
#include "rest/handler.h"

static const struct route routes[] = {
	{ .method = M_GET, .path = "/questions", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &question_list },
	{ .method = M_POST, .path = "/questions", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = rest_create,
	  .schema = &question_schema },
	{ .method = M_GET, .path = "/questions/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &question_schema },
	{ .method = M_PUT, .path = "/questions/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = rest_update,
	  .schema = &question_schema },
	{ .method = M_PATCH, .path = "/questions/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = rest_update,
	  .schema = &question_schema },
	{ .method = M_DELETE, .path = "/questions/:id", .access = ACCESS_STAFF,
	  .handle = rest_delete, .schema = &question_schema },
	{ .method = M_GET, .path = "/questions/:id/results",
	  .access = ACCESS_STAFF, .params = route_own_params,
	  .handle = survey_results },
	{ .method = M_GET, .path = "/responses", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &response_list },
	{ .method = M_POST, .path = "/responses", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = survey_respond },
	{ .method = M_GET, .path = "/responses/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &response_schema },
	{ .method = M_PUT, .path = "/responses/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = survey_change },
	{ .method = M_PATCH, .path = "/responses/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = survey_change },
	{ .method = M_DELETE, .path = "/responses/:id", .access = ACCESS_STAFF,
	  .handle = rest_delete, .schema = &response_schema },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
