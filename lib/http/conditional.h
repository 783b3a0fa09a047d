/*
 * Conditional GET (RFC 9110 section 13).  If-Match of writes is checked where
 * the row is written, see resource_versions().
 */
#ifndef HTTP_CONDITIONAL_H
#define HTTP_CONDITIONAL_H

#include "req.h"
#include "resp.h"

/*
 * If the client already has this response, by If-None-Match, replace it by a
 * 304 without a body.  Responses that have been streamed stay as they are.
 */
void	 conditional_get(const struct req *, struct resp *);

#endif
