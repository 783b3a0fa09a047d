/* Dates and lists as voter files write them, converted for field_check(). */
#ifndef IMPORT_NORMALISE_H
#define IMPORT_NORMALISE_H

#include "layout.h"

enum date_kind {
	DATE_OK,		/* out is YYYY-MM-DD */
	DATE_YEAR,		/* a year alone: out is YYYY */
	DATE_HIDDEN,		/* the election office withholds it */
	DATE_BAD,		/* not a date, or not in the calendar */
};

/*
 * Read a date of n bytes: 1970-02-03, 02/03/1970, 2/3/70, 2/3/1970 0:00:00,
 * 19700203, 1970, or a withheld date such as XX-XX-XXXX or 00/00/0000.  order
 * applies to dates that do not begin with a four-digit year.  today is
 * YYYY-MM-DD.  A two-digit year stands for the latest such year that is not in
 * the future.
 */
enum date_kind date_read(const char *, size_t n, enum date_order,
	    const char *today, char out[11]);

/*
 * Read a list of texts of n > 0 bytes, separated by semicolons or written as a
 * JSON array, and set *out to PostgreSQL's syntax of an array, in the arena;
 * NULL if the list is empty.  The struct err must be empty on entry.  400 for a
 * text that the field does not allow.
 */
int	 texts_read(struct arena *, const struct field *, const char *,
	    size_t n, const char **out, struct err *) MUST_USE;

#endif
