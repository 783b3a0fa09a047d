/*
 * What PostgreSQL refuses, as clients are told of it: one table from SQLSTATE to
 * our errors, and the errors that our own functions raise.
 */
#ifndef DB_FAULT_H
#define DB_FAULT_H

#include "db.h"

/* True for a result that is an error; NULL is one. */
bool	 fault_in(const PGresult *);

/*
 * Fills e from a result with an error in it, and returns -1.  The column that a
 * constraint speaks of is named; PostgreSQL's own words go to the log alone.
 */
int	 fault_fill(struct db *, const PGresult *, struct err *);

/*
 * The same for a DELETE.  A foreign key that refuses it names the rows that
 * still need what was to go, and not, as for a write, a row that is missing:
 * PostgreSQL has one SQLSTATE for both.
 */
int	 fault_fill_removal(struct db *, const PGresult *, struct err *);

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
