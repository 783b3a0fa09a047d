/* elections.cgi: elections; who voted in them is in voters.cgi. */
#include "http/endpoint.h"
#include "people/election.h"
#include "rest/handler.h"

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &election_list },
	{ .method = M_GET, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &election_schema },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
