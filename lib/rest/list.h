/*
 * Lists of rows of any schema: filters, order, pages and cursors.
 *
 * A list request is processed as
 *	filters		the checked query parameters that narrow the list;
 *	predicates	the SQL conditions, with their values, of the filters
 *			and of the path's scope, joined by AND (struct where);
 *	a page		sort order, page size and position (struct page);
 *	a plan		how PostgreSQL finds the rows.  Most lists have one
 *			plan, or two if their rows belong to campaigns; voters
 *			have five (choose_plan() in people/voter_plan.c).
 * list_read() makes the first three from a form: the query of the request, or
 * the copy that segment_expand() made of it.  The request is not changed.  Each
 * plan builds its statements from the predicates, and can add conditions or
 * replace them.
 */
#ifndef REST_LIST_H
#define REST_LIST_H

#include "db/db.h"
#include "filter.h"
#include "http/req.h"
#include "http/resp.h"
#include "page.h"

/*
 * Answer GET of a list: the rows under the schema's plural, the totals, and
 * next_cursor.  Unknown parameters and bad values are a 400 that names all of
 * them.
 */
int	 list_answer(struct req *, struct resp *, const struct list *,
	    const struct scope *, struct err *);

struct list_query {
	struct filters	 filters;
	struct where	 where;
	struct page	 page;
	uint64_t	 only;		/* bit mask of the fields to show; 0:
					 * all */
};

/*
 * Read filters, page and fields from a query.  On failure return -1; err names
 * every parameter that is wrong.
 */
int	 list_read(struct arena *, const struct form *, const struct list *,
	    const struct scope *, struct list_query *, struct err *) MUST_USE;

/* What follows are the parts of list_answer(), for lists with other plans. */

/*
 * Append the SELECT of one page, and of one more row, which shows that another
 * page follows.  counted: the column total, after those of the schema, has the
 * number of all rows.
 */
void	 list_select(struct arena *, const struct schema *,
	    const struct where *, const struct page *, bool counted,
	    struct sql *);

/*
 * Append the limit of a page, and of one more row.  constant:
 * the limit is not a parameter, rounded up to a usual size; list_write() leaves
 * out the rows that are too many.  Otherwise PostgreSQL plans the statement for
 * each call, which is right only if the plan depends on the values of filters.
 */
void	 list_limit(struct arena *, const struct page *, bool constant,
	    struct sql *);

/* Append the offset of a page, if it has one. */
void	 list_offset(struct arena *, const struct page *, struct sql *);

/* Append a statement that counts the rows as n, at most LIST_EXACT + 1. */
#define LIST_EXACT	10000

void	 list_count(const struct schema *, const struct where *,
	    struct sql *);

/* Return the statement as a query for db_exec(). */
struct db_query list_statement(const struct sql *);

/*
 * Set *total from the result of the statement of list_count().  Above
 * LIST_EXACT, run another statement to get the planner's estimate, and set
 * *estimate to true.
 */
int	 list_total(struct req *, const struct schema *, const struct where *,
	    const struct rows *counted, int64_t *total, bool *estimate,
	    struct err *) MUST_USE;

/*
 * Replace *total by the number of rows that the planner expects a SELECT to
 * return, if that is more.
 */
int	 list_estimate(struct req *, const struct sql *, int64_t *total,
	    struct err *) MUST_USE;

struct list_result {
	const struct rows *rows;	/* begin with the schema's fields; one
					 * row more if a page follows */
	uint64_t	 only;		/* as in struct list_query */
	int64_t		 total;
	bool		 estimate;	/* total is not exact */

	/* Return the cursor of the page after a row.  NULL: make it from the
	 * page's sort. */
	const char	*(*cursor)(struct arena *, const struct page *,
			    const struct rows *, size_t row);
};

/* Write the answer from the rows of a page. */
void	 list_write(struct req *, struct resp *, const struct schema *,
	    const struct page *, const struct list_result *);

#endif
