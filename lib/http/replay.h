/*
 * A write with an Idempotency-Key: call the handler once, and send its response
 * again whenever the request is repeated.  What is stored, and how, is
 * access/idempotency.h's.
 */
#ifndef HTTP_REPLAY_H
#define HTTP_REPLAY_H

#include "access/idempotency.h"
#include "req.h"
#include "resp.h"

/*
 * Call the route's handler, or send the response of the first request with this
 * key.  The handler's effect and the stored response are one transaction, so
 * that a crash leaves neither of them.  A handler that calls a service outside
 * or reads a streamed body cannot run inside a transaction (ROUTE_OUTSIDE,
 * BODY_STREAM): its claim is committed before it runs, and its response is
 * stored afterwards.
 *
 * fail writes the response to an error, because that is stored as well; if it
 * was called, *answered is true and the result is -1.
 *
 * Return 0 with the response in resp, or -1.
 */
int	 replay_handle(struct req *, struct resp *, struct idem *,
	    void (*fail)(struct req *, struct resp *, struct err *),
	    bool *answered, struct err *);

#endif
