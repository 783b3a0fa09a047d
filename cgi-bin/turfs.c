/* turfs.cgi: segments cut into lists of doors, and their walk lists. */
#include "canvass/turf.h"
#include "canvass/walk_list.h"
#include "http/endpoint.h"
#include "people/export.h"
#include "rest/handler.h"

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &turf_list },
	{ .method = M_POST, .path = "/", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = turf_create },
	{ .method = M_GET, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &turf_schema },
	{ .method = M_PUT, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = rest_update, .schema = &turf_schema },
	{ .method = M_PATCH, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = rest_update, .schema = &turf_schema },
	{ .method = M_DELETE, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = rest_delete, .schema = &turf_schema },
	{ .method = M_GET, .path = "/:id/walk-list", .access = ACCESS_STAFF,
	  .params = walk_list_params, .type = "text/html",
	  .handle = walk_list_turf },
	{ .method = M_GET, .path = "/:id/walk-list.csv",
	  .access = ACCESS_STAFF, .params = export_params, .type = "text/csv",
	  .handle = walk_list_turf_csv },
	{ .method = M_GET, .path = "/:id/walk-list.json",
	  .access = ACCESS_STAFF, .params = export_params,
	  .handle = walk_list_turf_json },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
