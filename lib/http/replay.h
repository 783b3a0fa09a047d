/* A write with an Idempotency-Key: done once, answered as often as asked. */
#ifndef HTTP_REPLAY_H
#define HTTP_REPLAY_H

#include "access/idempotency.h"
#include "req.h"
#include "resp.h"

/*
 * Calls the route's handler, or answers as the first request with this key was
 * answered.  Effect and stored answer are one transaction, so that a crash
 * leaves neither; where the route allows none around its work, the claim is
 * committed before it and the answer stored behind it.
 *
 * If the handler fails, the result is -1 and the response is the problem.
 */
int	 once(struct req *, struct resp *, struct idem *, struct err *);

#endif
