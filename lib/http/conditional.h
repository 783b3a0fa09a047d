/*
 * Conditional GET (RFC 9110 section 13).  If-Match of writes is checked where
 * the row is written, see resource_versions().
 */
#ifndef HTTP_CONDITIONAL_H
#define HTTP_CONDITIONAL_H

#include "req.h"
#include "resp.h"

/*
 * If If-None-Match lists the response's entity tag, replace the response by a
 * 304 without a body.  A response that was streamed stays unchanged.
 */
void	 conditional_get(const struct req *, struct resp *);

#endif
