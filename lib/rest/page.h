/*
 * Where a list stands: what its query asked for by page, per_page and sort, or
 * what its cursor holds.
 */
#ifndef REST_PAGE_H
#define REST_PAGE_H

#include "http/req.h"
#include "record/field.h"

struct place {
	int64_t		 page;
	int64_t		 per_page;
	size_t		 sort;		/* index of the field */
	bool		 descending;
	bool		 sorted;	/* by the query or the cursor */
	bool		 ranked;	/* the cursor is one by rank */
	bool		 keyset;	/* value and id are those of a row */
	const char	*value;		/* of the sort's field; NULL: null */
	const char	*id;
};

/*
 * Reads it from the query.  A value that is wrong, or that cannot be beside
 * another, is named in err and -1; all of them at once.
 */
int	 place_read(struct req *, const struct schema *, struct place *,
	    struct err *) MUST_USE;

/*
 * The cursor of the page behind this one, which begins after the row of that
 * id and value; sort is the field's name, value NULL where it is null.  In the
 * request's arena.
 */
const char *place_cursor(struct req *, const struct place *, const char *sort,
	    const char *id, const char *value);

#endif
