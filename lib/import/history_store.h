/* Storing the votes of the staged rows. */
#ifndef IMPORT_HISTORY_STORE_H
#define IMPORT_HISTORY_STORE_H

#include "db/db.h"
#include "history.h"
#include "plan.h"
#include "report.h"

struct history_end {
	const char	*import_id;
	const char	*campaign_id;	/* or NULL */
	const struct plan *plan;
	const unsigned char *sha256;	/* of the file: 32 bytes */
	int64_t		 timeout;	/* seconds */
};

/*
 * Store the votes of the staged rows, in the transaction of import_merge(), and
 * set counts.  For a file of votes this also ends the import and sets the
 * report's counts.
 */
int	 history_store(struct history *, struct db *,
	    const struct history_end *, struct report *, struct err *)
	    MUST_USE;

#endif
