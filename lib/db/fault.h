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
 * 0, or -1 and e filled when enter(), whose result this is, has refused the
 * request.  Other results have no column of that name.
 */
int	 fault_refusal(const PGresult *, struct err *);

#endif
