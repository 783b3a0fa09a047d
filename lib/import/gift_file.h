/*
 * Files of gifts: ActBlue's CSVs of paid, refunded and cancelled contributions,
 * and those of other sources by a mapping.  They are read like voter files,
 * whatever their encoding and delimiter.  A file is one transaction.
 */
#ifndef IMPORT_GIFT_FILE_H
#define IMPORT_GIFT_FILE_H

#include "http/req.h"
#include "http/resp.h"
#include "money/gift.h"
#include "reader.h"
#include "report.h"

struct gift_file {
	struct arena	*arena;
	struct db	*db;
	const char	*campaign_id;	/* decimal; NULL: not given yet */
	const char	*source;	/* NULL: actblue, by its headings */
	struct json_object *mapping;	/* of fields to headings, or NULL */
	bool		 dry_run;

	struct report	 report;
	int		 column[GIFT__MAX];	/* of the file, or -1 */
	const char	**heading;	/* of each column */
	size_t		 columns;
	struct arena	 scratch;	/* of one row */
	struct buf	 out;		/* rows for COPY */
};

/*
 * POST /donations/import: the gifts of a file, which is a form's file, after the
 * other fields of the form, or the whole body with the options in the query.
 * 200 with the counts, or 422 with the same document if every row was rejected;
 * 400, 403, 404, 415 or 422 if nothing was stored.
 */
extern const char *const gift_file_params[];
int	 gift_file_upload(struct req *, struct resp *, struct err *);

#endif
