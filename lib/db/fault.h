/*
 * Translation of PostgreSQL's errors: one table from SQLSTATE to struct err,
 * and the errors that the schema's own functions raise.
 */
#ifndef DB_FAULT_H
#define DB_FAULT_H

#include "db.h"

/* Return true if the result is an error.  NULL is one too. */
bool	 fault_in(const PGresult *);

/*
 * Fill e from a result that is an error, and return -1.  If a constraint
 * failed, the message names its column.  PostgreSQL's message only goes to the
 * log.
 */
int	 fault_fill(struct db *, const PGresult *, struct err *);

/*
 * The same for a DELETE: a foreign key that refuses it names the rows that
 * still need what was to go, and not, as for a write, a row that is missing:
 * PostgreSQL has one SQLSTATE for both.
 */
int	 fault_fill_removal(struct db *, const PGresult *, struct err *);

/*
 * 0, or -1 and e filled when enter(), whose result this is, has refused the
 * request.  Other results have no column of that name.
 */
int	 fault_refusal(const PGresult *, struct err *);

/*
 * How a session ended, where a result says so: an administrator, a shutdown, a
 * limit on idle sessions, or the pooler between us and the server.
 */
enum fault_end {
	FAULT_NO_END,
	FAULT_ENDED,		/* what was sent after it was not read */
	FAULT_BROKE		/* nobody knows */
};

enum fault_end fault_end(const PGresult *);

#endif
