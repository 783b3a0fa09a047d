/* Dates as voter files write them. */
#ifndef IMPORT_DATE_TEXT_H
#define IMPORT_DATE_TEXT_H

#include "layout.h"

enum date_kind {
	DATE_OK,		/* out is YYYY-MM-DD */
	DATE_YEAR,		/* a year alone: out is YYYY */
	DATE_PARTIAL,		/* day or month are withheld: out is YYYY */
	DATE_HIDDEN,		/* the election office withholds it */
	DATE_BAD,		/* not a date, or not in the calendar */
};

/* Which order of day and month a date allows. */
enum date_sign {
	DATE_NO_SIGN,		/* the same date in both orders, or in none */
	DATE_MONTH_FIRST,
	DATE_DAY_FIRST,
	DATE_EITHER,		/* two different dates */
};

/*
 * Read a date of n bytes: 1970-02-03, 02/03/1970, 2/3/70, 2/3/1970 0:00:00,
 * 19700203, 3-Feb-1970, February 3, 1970, a spreadsheet's day number such as
 * 25602, 1970, or a withheld date such as XX-XX-XXXX or 00/00/1970.  order
 * applies to dates that do not begin with a four-digit year.  today is
 * YYYY-MM-DD.  A two-digit year stands for the latest such year that is not in
 * the future.  If sign is not NULL, set *sign to the order that the date
 * allows.
 */
enum date_kind date_read(const char *, size_t n, enum date_order,
	    const char *today, char out[11], enum date_sign *sign);

#endif
