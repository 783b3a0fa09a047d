/*
 * Files of gifts: ActBlue's CSVs of paid, refunded and cancelled contributions,
 * and those of other sources by a mapping.  They are read like voter files,
 * whatever their encoding and delimiter.  A file is one transaction.
 */
#ifndef IMPORT_GIFT_FILE_H
#define IMPORT_GIFT_FILE_H

#include "db/db.h"
#include "money/gift.h"
#include "reader.h"
#include "report.h"

struct gift_file {
	struct arena	*arena;
	struct db	*db;
	const char	*campaign_id;	/* decimal; NULL: not given yet */
	const char	*source;	/* NULL: actblue, by its headings */
	struct json_object *mapping;	/* of fields to headings; NULL: saved,
					 * see gift_mapping.h */
	bool		 save_mapping;	/* for the campaign's next files */
	bool		 dry_run;
	int64_t		 timeout;	/* of gift_file_store(), in seconds */

	struct report	 report;
	int		 column[GIFT__MAX];	/* of the file, or -1 */
	const char	**heading;	/* of each column */
	size_t		 columns;
	struct arena	 scratch;	/* of one row */
	struct buf	 out;		/* rows for COPY */
};

void	 gift_file_init(struct gift_file *, struct arena *, struct db *);
void	 gift_file_release(struct gift_file *);

/*
 * Read a file into the stage, in a new transaction.  400 or 422 if its columns
 * cannot be found.  After a failure of this or the next function the caller
 * rolls back.
 */
int	 gift_file_read(struct gift_file *, struct source *, struct err *)
	    MUST_USE;

/*
 * Merge the stage, and commit or, for a dry run, roll back.  400 without a
 * campaign; 403 or 404 if the caller may not.
 */
int	 gift_file_store(struct gift_file *, struct err *) MUST_USE;

/* Was every row rejected? */
bool	 gift_file_is_refused(const struct gift_file *);

/* Append the result as a JSON object. */
void	 gift_file_write(const struct gift_file *, struct buf *);

#endif
