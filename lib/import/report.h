/*
 * What an import says of itself to whoever sent the file: its first errors and
 * warnings, its counts, the columns that nobody wanted.
 */
#ifndef IMPORT_REPORT_H
#define IMPORT_REPORT_H

#include "import.h"

/*
 * A row that is not taken, or something about one that is; column is "" for the
 * row as a whole.  The words are copied.  Only the first IMPORT_SHOWN of each are
 * kept.
 */
void	 report_error(struct import *, int64_t line, const char *column,
	    const char *message);
void	 report_warning(struct import *, int64_t line, const char *column,
	    const char *message);

/* The answer's JSON object, once the import is finished. */
void	 report_answer(const struct import *, struct buf *);

#endif
