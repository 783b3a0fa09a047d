/*
 * The merge of the staging table (stage.h) into voters, done by PostgreSQL with
 * a few statements.
 */
#ifndef IMPORT_STAGE_MERGE_H
#define IMPORT_STAGE_MERGE_H

#include "db/db.h"
#include "plan.h"
#include "report.h"

struct stage_merge {
	const char	*import_id;
	const char	*campaign_id;	/* that the voters join, or NULL */
	const struct plan *plan;
	bool		 fold;		/* some e-mail addresses are not ASCII:
					 * PostgreSQL lower-cases them */
	const unsigned char *sha256;	/* of the file: 32 bytes */
	int64_t		 timeout;	/* seconds */
};

/*
 * Merge within the caller's transaction, and set the report's counts.  If the
 * merge itself rejects rows, replace the report's errors and warnings by the
 * first ones in the database, which include those of the merge.
 * report->bytes is stored as the size of the file.  503 with the slug "timeout"
 * if the merge takes longer than timeout.
 */
int	 import_merge(struct db *, const struct stage_merge *, struct report *,
	    struct err *) MUST_USE;

/*
 * Read the first warnings about rows and about the file, which are stored by
 * now, into the report.
 */
int	 stage_merge_warnings(struct db *, const char *import_id,
	    struct report *, struct err *) MUST_USE;

/*
 * Return an array of the names of the plan's fields, {"first_name",...}, and of
 * the headings that are not used, empty if these are not text.
 */
const char *stage_merge_columns(const struct plan *, struct arena *);
const char *stage_merge_unmapped(const struct plan *, struct arena *);

#endif
