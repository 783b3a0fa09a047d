/*
 * interactions.cgi: contacts with voters, one by one and in batches, and the
 * lists of people to call.
 */
#include "canvass/call_list.h"
#include "canvass/interaction.h"
#include "http/endpoint.h"
#include "rest/handler.h"

static const char *const batch_params[] = { "atomic", NULL };

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &interaction_list },
	{ .method = M_POST, .path = "/", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .params = batch_params,
	  .handle = interaction_create },
	{ .method = M_GET, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &interaction_schema },
	{ .method = M_PUT, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = rest_update,
	  .schema = &interaction_schema },
	{ .method = M_PATCH, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = rest_update,
	  .schema = &interaction_schema },
	{ .method = M_DELETE, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = rest_delete, .schema = &interaction_schema },
	{ .method = M_GET, .path = "/call-lists", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &call_list_list },
	{ .method = M_POST, .path = "/call-lists", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = call_list_create },
	{ .method = M_GET, .path = "/call-lists/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &call_list_schema },
	{ .method = M_DELETE, .path = "/call-lists/:id",
	  .access = ACCESS_STAFF, .handle = rest_delete,
	  .schema = &call_list_schema },
	{ .method = M_POST, .path = "/call-lists/:id/next",
	  .access = ACCESS_STAFF, .handle = call_list_next },
	{ .method = M_POST, .path = "/call-lists/:id/give-back",
	  .access = ACCESS_STAFF, .handle = call_list_give_back },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
