/*
 * One pipeline: statements that are sent together, in one round trip and one
 * implicit transaction.  It also keeps track of the prepared statements, and
 * recovers if the server no longer has one of them.
 */
#ifndef DB_PIPELINE_H
#define DB_PIPELINE_H

#include "db.h"

struct pg_result;

/*
 * Run first, unless it is NULL or a transaction is open, and then n statements,
 * at most DB_BATCH.  first may be a call of the SQL function enter(): if it
 * refuses the request, return -1.  On success out[i] is the result of statement
 * i, which the caller clears; the result of first is discarded.  On failure
 * nothing was written and out is untouched.
 *
 * If the request's token bucket is not debited yet, the pipeline ends with a
 * statement that does so, in its own transaction; db->limit has the outcome.
 */
int	 pipeline_run(struct db *, const struct db_query *first,
	    const struct db_query *, size_t n, struct pg_result **out,
	    struct err *) MUST_USE;

#endif
