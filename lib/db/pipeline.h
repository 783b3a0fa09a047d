/*
 * One pipeline: statements that are sent together, in one round trip and one
 * implicit transaction.  Also which of them are prepared, and what to do if the
 * server no longer knows a prepared one.
 */
#ifndef DB_PIPELINE_H
#define DB_PIPELINE_H

#include "db.h"

struct pg_result;

/*
 * Run first, unless it is NULL or a transaction is open, and then n statements,
 * at most DB_BATCH.  If first is enter() and refuses the request, that is an
 * error.  On success out[i] is the result of statement i, to be cleared by the
 * caller; that of first is dropped.  On failure nothing was written and out is
 * untouched.
 *
 * A statement that debits the request's bucket follows, in a transaction of its
 * own; its outcome is in db->limit.
 */
int	 pipeline_run(struct db *, const struct db_query *first,
	    const struct db_query *, size_t n, struct pg_result **out,
	    struct err *) MUST_USE;

#endif
