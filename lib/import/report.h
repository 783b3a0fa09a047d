/*
 * The result of an import, as the client who sent the file gets it: counts, the
 * first errors and warnings, and the columns that were not used.
 */
#ifndef IMPORT_REPORT_H
#define IMPORT_REPORT_H

#include "import.h"

/*
 * Note an error, because of which a row is rejected, or a warning about a row
 * that is accepted.  column is "" if it is about the whole row.  Both texts are
 * copied.  Only the first IMPORT_SHOWN of each kind are kept.
 */
void	 report_error(struct import *, int64_t line, const char *column,
	    const char *message);
void	 report_warning(struct import *, int64_t line, const char *column,
	    const char *message);

/* Append the JSON object of the response.  The import must be finished. */
void	 report_answer(const struct import *, struct buf *);

#endif
