/* audit.cgi: the audit log, for admins. */
#include "account/audit.h"
#include "http/endpoint.h"

static int
list(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &audit_list, NULL, e);
}

static const struct route routes[] = {
	{ M_GET, "/", ACCESS_ADMIN, BODY_NONE, route_own_params, NULL, list },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
