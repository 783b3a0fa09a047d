/* interactions.cgi: contacts with voters, one by one and in batches. */
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
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
