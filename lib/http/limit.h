/*
 * Rate limits: which token bucket a request debits, and what the response says
 * about it.  The buckets are in the database, see struct db_limit.
 */
#ifndef HTTP_LIMIT_H
#define HTTP_LIMIT_H

#include "req.h"
#include "resp.h"

/*
 * Set rq->db->limit to the token bucket of a request whose route is known.  A
 * public route has one bucket for each client network, whatever URL the program
 * was called by.  Other routes share one bucket for each token; requests with a
 * token that the database does not know debit one of the client's network.
 */
void	 limit_set(struct req *);

/*
 * Settle the limit after the handler has returned rc, and return the result to
 * use instead of rc.  A request that never reached the database is debited now:
 * if its bucket is empty, the error becomes 429.  Responses of public routes
 * get the headers RateLimit and RateLimit-Policy
 * (draft-ietf-httpapi-ratelimit-headers), and the older RateLimit-*.
 */
int	 limit_settle(struct req *, struct resp *, int rc, struct err *);

#endif
