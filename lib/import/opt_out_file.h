/*
 * Files of opt-outs: CSV with the columns email_address or phone_number,
 * channel and, optionally, reason.  They are read like voter files, whatever
 * their encoding and delimiter.  A file is one transaction.
 */
#ifndef IMPORT_OPT_OUT_FILE_H
#define IMPORT_OPT_OUT_FILE_H

#include "db/db.h"
#include "reader.h"
#include "report.h"

struct opt_out_file {
	struct arena	*arena;
	struct db	*db;
	/* Set by the caller after opt_out_file_init(). */
	const char	*campaign_id;	/* decimal; NULL: all campaigns */
	const char	*channel;	/* of rows without one, or NULL */

	const char	*source;	/* the file's name, or NULL */
	struct report	 report;	/* rows, rejected, errors, warnings */
	const char	*list_id;	/* of the new list; NULL: nothing new */
	int64_t		 added;		/* rows that are new */

	int		 column[4];	/* of the file, or -1 */
	const char	**unmapped;	/* headings of the other columns */
	size_t		 nunmapped;
	struct arena	 scratch;	/* of one row */
	struct buf	 out;		/* rows for COPY */
};

void	 opt_out_file_init(struct opt_out_file *, struct arena *, struct db *);
void	 opt_out_file_release(struct opt_out_file *);

/* Set the source to the name of a file, unless that is not a text. */
void	 opt_out_file_name(struct opt_out_file *, const char *);

/*
 * Read a file in a new transaction.  422 if its columns cannot be found.  After
 * a failure of this or the next function the caller rolls back.
 */
int	 opt_out_file_read(struct opt_out_file *, struct source *, struct err *)
	    MUST_USE;

/*
 * Add the opt-outs to the database and commit.  400 without a campaign, unless
 * the caller is an admin; 403 or 404 if they may not write in the campaign.
 */
int	 opt_out_file_store(struct opt_out_file *, struct err *) MUST_USE;

#endif
