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
 * 0, or -1 and e filled when enter(), whose result this is, has refused the
 * request.  Other results have no column of that name.
 */
int	 fault_refusal(const PGresult *, struct err *);

#endif
