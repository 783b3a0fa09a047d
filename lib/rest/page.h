/*
 * One page of a list: sort order, size and start, from the query parameters or
 * from the cursor.
 */
#ifndef REST_PAGE_H
#define REST_PAGE_H

#include "http/form.h"
#include "record/field.h"

#define PAGE_RANK	"rank"	/* in a cursor, instead of a field: the rows
				 * are sorted by similarity or score */

#define PER_PAGE_MAX	200

struct page {
	const struct form *query; /* the page was read from it */
	int64_t		 number;	/* from 1 */
	int64_t		 per_page;
	size_t		 sort;		/* index of the field */
	bool		 descending;
	bool		 sorted;	/* the query or the cursor has a sort */
	bool		 ranked;	/* the cursor has PAGE_RANK */
	bool		 keyset;	/* the page starts after the row with
					 * this value and id */
	const char	*value;		/* of the field sort; NULL: null */
	const char	*id;
};

/*
 * Read page, per_page, sort and cursor.  On failure return -1; err names every
 * parameter that is wrong or conflicts with another.
 */
int	 page_read(struct arena *, const struct form *query,
	    const struct schema *, struct page *, struct err *) MUST_USE;

/* Set the error for a cursor that belongs to another list.  Return -1. */
int	 page_refuse_cursor(struct err *);

/*
 * Return the cursor of the next page, which begins after the row with this id.
 * sort is the field's name or PAGE_RANK, value the row's value of it, NULL if
 * it is null.  The text is in the arena.
 */
const char *page_cursor(struct arena *, const struct page *,
	    const char *sort, const char *id, const char *value);

/* Return the OFFSET of the page: 0 if it starts at a cursor. */
int64_t	 page_offset(const struct page *);

#endif
