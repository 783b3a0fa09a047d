/*
 * Writes with an Idempotency-Key: call the handler once, and send the stored
 * response whenever the request is repeated.  access/idempotency.h stores it.
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
 * If the handler fails, return -1; the response is then the problem document.
 */
int	 replay_handle(struct req *, struct resp *, struct idem *,
	    struct err *);

#endif
