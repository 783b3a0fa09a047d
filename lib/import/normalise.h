/*
 * A cell as the file writes it to a value that the field's check takes: dates in
 * all their forms, lists.
 */
#ifndef IMPORT_NORMALISE_H
#define IMPORT_NORMALISE_H

#include "layout.h"

enum date_kind {
	DATE_OK,		/* out holds YYYY-MM-DD */
	DATE_YEAR,		/* a year alone: out holds YYYY */
	DATE_HIDDEN,		/* the office does not say */
	DATE_BAD,		/* not in the calendar, or no date at all */
};

/*
 * Reads 1970-02-03, 02/03/1970, 2/3/70, 2/3/1970 0:00:00, 19700203, 1970 and
 * dates that are hidden (XX-XX-XXXX, 00/00/0000).  today is YYYY-MM-DD: a year of
 * two digits is the latest that is not after it.
 */
enum date_kind date_read(const char *, size_t n, enum date_order,
	    const char *today, char out[11]);

/*
 * Text of tags, divided by semicolons or as a JSON array, as an array of
 * PostgreSQL.
 */
int	 texts_read(struct arena *, const struct field *, const char *, size_t n,
	    const char **out, struct err *) MUST_USE;

#endif
