/*
 * The order of day and month in the dates of a file.  One date may not show it,
 * so it is decided by all of them together.
 */
#ifndef IMPORT_DATE_ORDER_H
#define IMPORT_DATE_ORDER_H

#include "core/arena.h"
#include "date_text.h"

/* The dates of a file. */
struct dates {
	enum date_order	 order;
	bool		 given;		/* by an option or a layout */
	bool		 decided;	/* by a first pass through the file */
	int64_t		 count[DATE_EITHER + 1];	/* by enum date_sign */
	int64_t		 line[DATE_EITHER + 1];	/* of the first of each */
	char		 today[11];
};

/* Start a file; order is an enum date_order, or -1: to be decided. */
void	 dates_init(struct dates *, int order);

/*
 * Read a date of a row as date_read() does.  The order changes as long as no
 * date has been read that depends on it.
 */
enum date_kind dates_read(struct dates *, const char *, size_t n, int64_t line,
	    char out[11]);

/*
 * At the end of the file: return true if the file has to be read again, with
 * the order that dates->order has from now on.
 */
bool	 dates_decide(struct dates *);

/*
 * Return a warning about the order, in the arena: that the file allows both, or
 * that no order fits all dates.  NULL if there is none.
 */
const char *dates_warning(const struct dates *, struct arena *);

#endif
