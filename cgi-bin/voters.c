/* voters.cgi: voters, and their tags, consents, segments, files and merges. */
#include "http/endpoint.h"
#include "import/upload.h"
#include "people/duplicate.h"
#include "people/export.h"
#include "people/import_record.h"
#include "people/consent.h"
#include "rest/doc.h"
#include "money/donation.h"
#include "canvass/interaction.h"
#include "rest/list.h"
#include "people/merge.h"
#include "rest/resource.h"
#include "people/report.h"
#include "people/search.h"
#include "people/segment.h"
#include "canvass/survey.h"
#include "people/tag.h"
#include "people/voter.h"

static int
list(struct req *rq, struct resp *rs, struct err *e)
{
	return voter_list_answer(rq, rs, e);
}

static int
get(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_get(rq, rs, &voter_schema, rq->path_id[0], e);
}

/* POST /: create a voter, who joins the campaign that campaign_id names. */
static int
create(struct req *rq, struct resp *rs, struct err *e)
{
	return voter_create(rq, rs, e);
}

static int
update(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (resource_read(rq, &voter_schema, false, NULL, &r, e) != 0)
		return -1;
	return resource_update(rq, rs, &r, rq->path_id[0], e);
}

/* GET /:id/...: the rows of another list that belong to one voter. */
static int
child(struct req *rq, struct resp *rs, const struct list *l, struct err *e)
{
	const struct scope	 voter = { "t.voter_id = ?1",
				    doc_id(rq->arena, rq->path_id[0]),
				    &voter_schema };

	return list_answer(rq, rs, l, &voter, e);
}

static int
interactions(struct req *rq, struct resp *rs, struct err *e)
{
	return child(rq, rs, &interaction_list, e);
}

static int
donations(struct req *rq, struct resp *rs, struct err *e)
{
	return child(rq, rs, &donation_list, e);
}

static int
responses(struct req *rq, struct resp *rs, struct err *e)
{
	return child(rq, rs, &response_list, e);
}

static int
consents(struct req *rq, struct resp *rs, struct err *e)
{
	return child(rq, rs, &consent_list, e);
}

static int
list_segments(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &segment_list, NULL, e);
}

static int
get_segment(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_get(rq, rs, &segment_schema, rq->path_id[0], e);
}

static int
delete_segment(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_delete(rq, rs, &segment_schema, rq->path_id[0], e);
}

static int
list_opt_outs(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &opt_out_list, NULL, e);
}

static int
list_merges(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &merge_list, NULL, e);
}

/* clang-format off */
static const struct route routes[] = {
	{ M_GET,    "/",    ACCESS_STAFF, BODY_NONE, route_own_params, NULL,
	  list },
	{ M_POST,   "/",    ACCESS_STAFF, BODY_JSON, NULL, NULL, create },
	{ M_POST,   "/upload", ACCESS_STAFF, BODY_STREAM, upload_params, NULL,
	  upload_answer },
	{ M_GET,    "/export", ACCESS_STAFF, BODY_NONE, route_own_params,
	  "text/csv", export_voters },
	{ M_GET,    "/imports", ACCESS_STAFF, BODY_NONE, route_own_params,
	  NULL, import_list_answer },
	{ M_GET,    "/imports/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  import_get_answer },
	{ M_GET,    "/imports/:id/rejects", ACCESS_STAFF, BODY_NONE, NULL,
	  "text/csv", import_rejects_answer },
	{ M_GET,    "/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL, get },
	{ M_PUT,    "/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL, update },
	{ M_PATCH,  "/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL, update },
	{ M_DELETE, "/:id", ACCESS_STAFF, BODY_NONE, voter_delete_params,
	  NULL, voter_delete },
	{ M_GET,    "/:id/everything", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  report_voter },
	{ M_GET,    "/:id/interactions", ACCESS_STAFF, BODY_NONE,
	  route_own_params, NULL, interactions },
	{ M_GET,    "/:id/donations", ACCESS_STAFF, BODY_NONE,
	  route_own_params, NULL, donations },
	{ M_GET,    "/:id/survey-responses", ACCESS_STAFF, BODY_NONE,
	  route_own_params, NULL, responses },
	{ M_GET,    "/:id/consents", ACCESS_STAFF, BODY_NONE,
	  route_own_params, NULL, consents },
	{ M_POST,   "/:id/consents", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  consent_record },
	{ M_POST,   "/:id/tags", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  tag_add },
	{ M_DELETE, "/:id/tags/:name", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  tag_remove },
	{ M_GET,    "/segments", ACCESS_STAFF, BODY_NONE, route_own_params,
	  NULL, list_segments },
	{ M_POST,   "/segments", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  segment_create },
	{ M_GET,    "/segments/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  get_segment },
	{ M_PUT,    "/segments/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  segment_update },
	{ M_PATCH,  "/segments/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  segment_update },
	{ M_DELETE, "/segments/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  delete_segment },
	{ M_GET,    "/opt-outs", ACCESS_STAFF, BODY_NONE, route_own_params,
	  NULL, list_opt_outs },
	{ M_POST,   "/opt-outs", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  consent_opt_out },
	{ M_DELETE, "/opt-outs/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  consent_undo },
	{ M_GET,    "/duplicates", ACCESS_STAFF, BODY_NONE, duplicate_params,
	  NULL, duplicate_list_answer },
	{ M_POST,   "/merge", ACCESS_STAFF, BODY_JSON, NULL, NULL,
	  merge_voters },
	{ M_GET,    "/merges", ACCESS_STAFF, BODY_NONE, route_own_params,
	  NULL, list_merges },
	{ M_POST,   "/merges/:id/undo", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  merge_undo },
};
/* clang-format on */

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
