/*
 * Translation of PostgreSQL's errors: one table from SQLSTATE to struct err,
 * and the errors that the schema's own functions raise.
 */
#ifndef DB_FAULT_H
#define DB_FAULT_H

#include "db.h"

struct pg_result;

/* Return true if the result is an error, or NULL. */
bool	 fault_in(const struct pg_result *);

/*
 * Fill e from a result that is an error, and return -1.  If a constraint
 * failed, the message names its column.  PostgreSQL's message only goes to the
 * log.
 */
int	 fault_fill(struct db *, const struct pg_result *, struct err *);

/*
 * The same for a DELETE.  PostgreSQL has one SQLSTATE (23503) for two cases: a
 * DELETE that fails because other rows refer to the row, and an INSERT or
 * UPDATE that refers to a missing row.  This function reports the first case,
 * fault_fill() the second.
 */
int	 fault_fill_removal(struct db *, const struct pg_result *,
	    struct err *);

/*
 * Return -1 and fill e if this is the result of enter() and it has refused the
 * request: 401, 403 or 429.  Other results have no column "refusal".
 */
int	 fault_refusal(const struct pg_result *, struct err *);

/*
 * Whether a result reports the end of the session: by an administrator, a
 * shutdown, a limit on idle sessions, or the pooler in front of the server; or
 * that another server should be asked.
 */
enum fault_end {
	FAULT_NO_END,
	FAULT_ENDED,		/* nothing sent after it was executed */
	FAULT_UNFIT,		/* nothing was written: the server is a standby,
				 * or a pooler has none */
	FAULT_BROKE		/* it is unknown what was executed */
};

enum fault_end fault_end(const struct pg_result *);

#endif
