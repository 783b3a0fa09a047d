/*
 * The body of a request in the form that its route states: JSON, a form, raw
 * bytes, or a stream that the handler reads.  body.h reads the bytes.
 */
#ifndef HTTP_PAYLOAD_H
#define HTTP_PAYLOAD_H

#include "req.h"

#define PAYLOAD_MAX	(1024 * 1024)	/* bytes of a body held in memory */

/*
 * Prepare rq->body for the route: its limit and how long the client may take.
 * Errors as for body_open(); a route without a body does not look at it.
 */
int	 payload_open(struct req *, struct err *) MUST_USE;

/*
 * Read and parse the body into rq->json, rq->form or rq->raw.  A BODY_STREAM is
 * left to the handler.  400 for a body that cannot be parsed, 413 for one that
 * is too large, 415 for another media type than the route's.
 */
int	 payload_read(struct req *, struct err *) MUST_USE;

#endif
