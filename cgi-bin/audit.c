/* audit.cgi: the audit log, for admins.  Database triggers write it. */
#include "account/audit.h"
#include "http/endpoint.h"

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_ADMIN,
	  .params = route_own_params, .handle = audit_list_answer },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
