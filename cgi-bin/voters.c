/*
 * voters.cgi: voters, and their tags, votes, consents, segments, files and
 * merges.
 */
#include "canvass/interaction.h"
#include "canvass/survey.h"
#include "canvass/walk_list.h"
#include "http/endpoint.h"
#include "import/opt_out_upload.h"
#include "import/saved_layout.h"
#include "import/upload.h"
#include "money/donation.h"
#include "money/treasurer.h"
#include "people/consent.h"
#include "people/duplicate.h"
#include "people/election.h"
#include "people/everything.h"
#include "people/export.h"
#include "people/import_record.h"
#include "people/import_undo.h"
#include "people/merge.h"
#include "people/opt_out.h"
#include "people/search.h"
#include "people/segment.h"
#include "people/tag.h"
#include "people/voter.h"
#include "people/voter_count.h"
#include "rest/handler.h"

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_STAFF,
	  .params = route_own_params, .handle = voter_list_answer },
	{ .method = M_POST, .path = "/", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = voter_create },
	{ .method = M_GET, .path = "/count",
	  .access = ACCESS_STAFF | ROUTE_STANDBY,
	  .params = route_own_params, .handle = voter_count_answer },
	{ .method = M_POST, .path = "/upload", .access = ACCESS_STAFF,
	  .body = BODY_STREAM, .params = upload_params,
	  .handle = upload_answer },
	{ .method = M_GET, .path = "/export",
	  .access = ACCESS_STAFF | ROUTE_STANDBY,
	  .params = route_own_params, .type = "text/csv",
	  .handle = export_voters },
	{ .method = M_GET, .path = "/imports", .access = ACCESS_STAFF,
	  .params = route_own_params, .handle = import_list_answer },
	{ .method = M_GET, .path = "/imports/:id", .access = ACCESS_STAFF,
	  .handle = import_get_answer },
	{ .method = M_GET, .path = "/imports/:id/rejects",
	  .access = ACCESS_STAFF, .params = export_params, .type = "text/csv",
	  .handle = import_rejects_answer },
	{ .method = M_GET, .path = "/imports/:id/warnings",
	  .access = ACCESS_STAFF, .params = export_params, .type = "text/csv",
	  .handle = import_warnings_answer },
	{ .method = M_GET, .path = "/imports/:id/collapsed",
	  .access = ACCESS_STAFF, .params = export_params, .type = "text/csv",
	  .handle = import_collapsed_answer },
	{ .method = M_POST, .path = "/imports/:id/undo",
	  .access = ACCESS_STAFF, .params = import_undo_params,
	  .handle = import_undo_answer },
	{ .method = M_GET, .path = "/imports/:id/missing",
	  .access = ACCESS_STAFF, .params = route_own_params,
	  .handle = import_missing_answer },
	{ .method = M_POST, .path = "/imports/:id/missing",
	  .access = ACCESS_STAFF, .body = BODY_JSON,
	  .handle = import_missing_mark },
	{ .method = M_GET, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &voter_schema },
	{ .method = M_PUT, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = rest_update, .schema = &voter_schema },
	{ .method = M_PATCH, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = rest_update, .schema = &voter_schema },
	{ .method = M_DELETE, .path = "/:id", .access = ACCESS_STAFF,
	  .params = voter_delete_params, .handle = voter_delete },
	{ .method = M_GET, .path = "/consents", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &consent_list },
	{ .method = M_GET, .path = "/:id/everything", .access = ACCESS_STAFF,
	  .handle = everything_get },
	{ .method = M_GET, .path = "/:id/interactions", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &interaction_list,
	  .scope = "t.voter_id = ?1", .schema = &voter_schema },
	{ .method = M_GET, .path = "/:id/donations", .access = ACCESS_STAFF,
	  .handle = donation_rows, .list = &donation_list,
	  .scope = "t.voter_id = ?1", .schema = &voter_schema },
	{ .method = M_GET, .path = "/:id/survey-responses",
	  .access = ACCESS_STAFF, .handle = rest_list, .list = &response_list,
	  .scope = "t.voter_id = ?1", .schema = &voter_schema },
	{ .method = M_GET, .path = "/:id/consents", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &consent_list,
	  .scope = "t.voter_id = ?1", .schema = &voter_schema },
	{ .method = M_GET, .path = "/:id/votes", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &vote_list, .scope = "t.voter_id = ?1",
	  .schema = &voter_schema },
	{ .method = M_POST, .path = "/:id/consents", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = consent_record },
	{ .method = M_POST, .path = "/:id/tags", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = tag_add },
	{ .method = M_DELETE, .path = "/:id/tags/:name", .access = ACCESS_STAFF,
	  .handle = tag_remove },
	{ .method = M_POST, .path = "/tags", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = tag_many },
	{ .method = M_GET, .path = "/segments", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &segment_list },
	{ .method = M_POST, .path = "/segments", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = segment_create },
	{ .method = M_GET, .path = "/segments/:id", .access = ACCESS_STAFF,
	  .handle = segment_get },
	{ .method = M_PUT, .path = "/segments/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = segment_update },
	{ .method = M_PATCH, .path = "/segments/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = segment_update },
	{ .method = M_DELETE, .path = "/segments/:id", .access = ACCESS_STAFF,
	  .handle = segment_delete },
	{ .method = M_GET, .path = "/segments/:id/walk-list",
	  .access = ACCESS_STAFF, .params = walk_list_params,
	  .type = "text/html", .handle = walk_list_segment },
	{ .method = M_GET, .path = "/segments/:id/walk-list.csv",
	  .access = ACCESS_STAFF, .params = export_params, .type = "text/csv",
	  .handle = walk_list_segment_csv },
	{ .method = M_GET, .path = "/segments/:id/walk-list.json",
	  .access = ACCESS_STAFF, .params = export_params,
	  .handle = walk_list_segment_json },
	{ .method = M_GET, .path = "/layouts", .access = ACCESS_STAFF,
	  .handle = layout_list_answer, .params = route_own_params },
	{ .method = M_POST, .path = "/layouts", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = layout_create },
	{ .method = M_GET, .path = "/layouts/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &layout_schema },
	{ .method = M_PUT, .path = "/layouts/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = layout_update },
	{ .method = M_PATCH, .path = "/layouts/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = layout_update },
	{ .method = M_DELETE, .path = "/layouts/:id", .access = ACCESS_STAFF,
	  .handle = rest_delete, .schema = &layout_schema },
	{ .method = M_GET, .path = "/opt-outs", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &opt_out_list },
	{ .method = M_POST, .path = "/opt-outs", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = opt_out_add },
	{ .method = M_POST, .path = "/opt-outs/upload", .access = ACCESS_STAFF,
	  .body = BODY_STREAM, .params = opt_out_upload_params,
	  .handle = opt_out_upload },
	{ .method = M_GET, .path = "/opt-outs/export",
	  .access = ACCESS_STAFF | ROUTE_STANDBY,
	  .params = route_own_params, .type = "text/csv",
	  .handle = opt_out_export },
	{ .method = M_GET, .path = "/opt-outs/contacts",
	  .access = ACCESS_STAFF, .handle = rest_list,
	  .list = &opt_out_contact_list },
	{ .method = M_GET, .path = "/opt-outs/contacts/:id",
	  .access = ACCESS_STAFF, .handle = rest_get,
	  .schema = &opt_out_contact_schema },
	{ .method = M_DELETE, .path = "/opt-outs/contacts/:id",
	  .access = ACCESS_STAFF, .handle = opt_out_lift },
	{ .method = M_DELETE, .path = "/opt-outs/:id", .access = ACCESS_STAFF,
	  .handle = opt_out_undo },
	{ .method = M_GET, .path = "/duplicates", .access = ACCESS_STAFF,
	  .params = duplicate_params, .handle = duplicate_list_answer },
	{ .method = M_POST, .path = "/merge", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = merge_voters },
	{ .method = M_GET, .path = "/merges", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &merge_list },
	{ .method = M_POST, .path = "/merges/:id/undo", .access = ACCESS_STAFF,
	  .handle = merge_undo },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
