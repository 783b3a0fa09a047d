/*
 * Conditional GET.  etag.c compares tags, rest/resource.c makes them and checks
 * If-Match.
 */
#include "conditional.h"
#include "etag.h"

/* RFC 9110 section 13.1.2: the comparison is weak. */
static bool
not_modified(const struct req *rq, const struct resp *rs)
{
	return rq->if_none_match != NULL && rs->etag != NULL &&
	    rq->method == M_GET && rs->status == 200 && !rs->started &&
	    etag_match(rq->if_none_match, rs->etag, false);
}

void
conditional_get(const struct req *rq, struct resp *rs)
{
	if (!not_modified(rq, rs))
		return;
	rs->status = 304;
	rs->type = NULL;
	buf_clear(&rs->body, SIZE_MAX);
}
