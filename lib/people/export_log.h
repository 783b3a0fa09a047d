/* Exports in the audit log. */
#ifndef PEOPLE_EXPORT_LOG_H
#define PEOPLE_EXPORT_LOG_H

#include "http/req.h"

/*
 * Record that the caller exports these rows, with the filter and the reason of
 * the query, before the first row leaves.  400 for a bad reason.
 */
int	 export_log_begin(struct req *, const char *name, struct err *)
	    MUST_USE;

/* Record how many rows the export of this request had. */
int	 export_log_end(struct req *, const char *name, int64_t rows,
	    struct err *) MUST_USE;

#endif
