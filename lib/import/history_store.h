/* Storing the votes of the staged rows. */
#ifndef IMPORT_HISTORY_STORE_H
#define IMPORT_HISTORY_STORE_H

#include "db/db.h"
#include "history.h"
#include "stage_merge.h"

/*
 * Store the votes of the staged rows, in the transaction of import_merge(), and
 * set counts.  For a file of votes this also ends the import and sets the
 * report's counts.
 */
int	 history_store(struct history *, struct db *,
	    const struct stage_merge *, struct report *, struct err *) MUST_USE;

#endif
