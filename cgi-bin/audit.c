/* audit.cgi: the audit log, for admins. */
#include "account/audit.h"
#include "http/endpoint.h"
#include "rest/handler.h"

static const struct route routes[] = {
	{ .method = M_GET, .path = "/", .access = ACCESS_ADMIN,
	  .handle = rest_list, .list = &audit_list },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
