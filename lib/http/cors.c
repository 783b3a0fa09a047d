/*
 * CORS headers and preflights.  The origin of browser sessions is checked in
 * browser.c.
 */
#include "cors.h"

static bool
listed(const struct req *rq)
{
	return rq->origin != NULL &&
	    cfg_list_has(&rq->cfg->cors_origins, rq->origin);
}

void
cors_headers(const struct req *rq, struct resp *rs)
{
	if (rq->cfg->cors_origins.n == 0)
		return;
	resp_header(rs, "Vary", "Origin");
	if (!listed(rq))
		return;
	resp_header(rs, "Access-Control-Allow-Origin", rq->origin);
	resp_header(rs, "Access-Control-Allow-Credentials", "true");
	resp_header(rs, "Access-Control-Expose-Headers", "ETag, Location, "
	    "Link, Retry-After, X-Request-Id, X-Total-Count, "
	    "X-Total-Is-Estimate, Idempotent-Replayed, "
	    "RateLimit, RateLimit-Policy, RateLimit-Limit, "
	    "RateLimit-Remaining, RateLimit-Reset");
}

void
cors_preflight(const struct req *rq, struct resp *rs, const char *allow)
{
	if (!listed(rq))
		return;
	resp_header(rs, "Access-Control-Allow-Methods", allow);
	resp_header(rs, "Access-Control-Allow-Headers", "Authorization, "
	    "Content-Type, Accept, Idempotency-Key, If-Match, If-None-Match");
	resp_header(rs, "Access-Control-Max-Age", "600");
}
