/*
 * The page of a list: its order, its size and where it begins, as the query or
 * the query's cursor has them.
 */
#ifndef REST_PAGE_H
#define REST_PAGE_H

#include "http/form.h"
#include "record/field.h"

#define PAGE_RANK	"rank"	/* the order by rank, in a cursor */

struct page {
	const struct form *query; /* that it was read from */
	int64_t		 number;	/* from 1 */
	int64_t		 per_page;
	size_t		 sort;		/* index of the field */
	bool		 descending;
	bool		 sorted;	/* the query or the cursor has a sort */
	bool		 ranked;	/* the cursor is of an order by rank */
	bool		 keyset;	/* the page begins after the row that
					 * value and id are of */
	const char	*value;		/* of the field sort; NULL: null */
	const char	*id;
};

/*
 * Read page, per_page, sort and cursor.  On failure return -1; err names every
 * parameter that is wrong or conflicts with another.
 */
int	 page_read(struct arena *, const struct form *query,
	    const struct schema *, struct page *, struct err *) MUST_USE;

/* Refuse the cursor as one of another list.  Always returns -1. */
int	 page_refuse_cursor(struct err *);

/*
 * Return the cursor of the next page, which begins after the row with this id.
 * sort is the field's name or PAGE_RANK, value the row's value of it, NULL if
 * it is null.  The text is in the arena.
 */
const char *page_cursor(struct arena *, const struct page *,
	    const char *sort, const char *id, const char *value);

/* Return how many rows a list passes over before the page. */
int64_t	 page_offset(const struct page *);

#endif
