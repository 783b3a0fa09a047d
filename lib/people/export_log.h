/*
 * Exports in the audit log: export_stream() writes these entries, and so does
 * each handler whose file is of another form.  Both functions do nothing for a
 * HEAD request.
 */
#ifndef PEOPLE_EXPORT_LOG_H
#define PEOPLE_EXPORT_LOG_H

#include "http/req.h"

/*
 * Record that the caller exports rows of this table, with the path, the filter
 * and the reason of the query.  Call it before the first row leaves, and
 * outside a transaction: the entry stays if the export fails.  400 for a bad
 * reason.
 */
int	 export_log_begin(struct req *, const char *table, struct err *)
	    MUST_USE;

/* Record how many rows the export of this request had. */
int	 export_log_end(struct req *, const char *table, int64_t rows,
	    struct err *) MUST_USE;

#endif
