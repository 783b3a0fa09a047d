/* households.cgi: the doors that voters live behind, in walking order. */
#include "http/endpoint.h"
#include "people/household.h"

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_STAFF,
	  .params = route_own_params, .handle = household_list_answer },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
