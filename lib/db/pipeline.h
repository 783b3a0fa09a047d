/*
 * Statements that travel together: sent at once in libpq's pipeline mode, one
 * round trip and one implicit transaction, their results collected behind them.
 * Which of them go out prepared, and what to do when the server has forgotten
 * one, is settled here.
 */
#ifndef DB_PIPELINE_H
#define DB_PIPELINE_H

#include "db.h"

/*
 * Runs who, where it is not NULL and no transaction is open, then the n
 * statements, n at most DB_BATCH.  On success out[i] is the caller's: PQclear();
 * the result of who is dropped.  On failure nothing was written, out is
 * untouched, and e says why.
 *
 * Behind them, in a transaction of its own, goes what takes from the request's
 * bucket; what became of that is in db->limit.
 */
int	 pipeline_run(struct db *, const struct db_query *who,
	    const struct db_query *, size_t n, PGresult **out, struct err *)
	    MUST_USE;

#endif
