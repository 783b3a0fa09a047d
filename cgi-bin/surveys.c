/* surveys.cgi: survey questions, voters' responses, and results. */
#include "http/endpoint.h"
#include "model/resource.h"
#include "model/survey.h"

static int
list_questions(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &question_list, NULL, e);
}

static int
get_question(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_get(rq, rs, &question_schema, rq->path_id[0], e);
}

static int
create_question(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (resource_read(rq, &question_schema, true, NULL, &r, e) != 0)
		return -1;
	return resource_create(rq, rs, &r, NULL, e);
}

static int
update_question(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (resource_read(rq, &question_schema, false, NULL, &r, e) != 0)
		return -1;
	return resource_update(rq, rs, &r, rq->path_id[0], e);
}

static int
delete_question(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_delete(rq, rs, &question_schema, rq->path_id[0], e);
}

static int
list_responses(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &response_list, NULL, e);
}

static int
get_response(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_get(rq, rs, &response_schema, rq->path_id[0], e);
}

static int
delete_response(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_delete(rq, rs, &response_schema, rq->path_id[0], e);
}

/* clang-format off */
static const struct route routes[] = {
	{ M_GET,    "/questions",     ACCESS_STAFF, BODY_NONE,
	  route_own_params, NULL, list_questions },
	{ M_POST,   "/questions",     ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  create_question },
	{ M_GET,    "/questions/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  get_question },
	{ M_PUT,    "/questions/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  update_question },
	{ M_PATCH,  "/questions/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  update_question },
	{ M_DELETE, "/questions/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  delete_question },
	{ M_GET,    "/questions/:id/results", ACCESS_STAFF, BODY_NONE,
	  route_own_params, NULL, survey_results },
	{ M_GET,    "/responses",     ACCESS_STAFF, BODY_NONE,
	  route_own_params, NULL, list_responses },
	{ M_POST,   "/responses",     ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  survey_respond },
	{ M_GET,    "/responses/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  get_response },
	{ M_PUT,    "/responses/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  survey_change },
	{ M_PATCH,  "/responses/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  survey_change },
	{ M_DELETE, "/responses/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  delete_response },
};
/* clang-format on */

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
