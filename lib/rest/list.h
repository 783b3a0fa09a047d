/*
 * Lists: filters, sorting, pages and cursors for any schema, in one round trip.
 */
#ifndef REST_LIST_H
#define REST_LIST_H

#include <libpq-fe.h>

#include "http/req.h"
#include "http/resp.h"
#include "page.h"
#include "record/sql.h"

/*
 * One query parameter and what it asks; ? is its value, t the row.  Where what
 * it asks depends on the value or on who asks, sql is NULL and the list's
 * choose() answers it; that may put another value in *value.
 */
struct filter {
	struct field	 field;
	const char	*sql;
};

/*
 * Where rows belong to campaigns, of is the column that says to which; or, where
 * something lies between the two, to which of what reach selects from the
 * array w.campaigns.  The column and the schema's key have an index.
 */
struct list {
	const struct schema	*schema;
	const struct filter	*filter;
	size_t			 n;
	const char		*(*choose)(struct req *, const char *name,
				    const char **value);
	const char		*of;
	const char		*reach;
};

/*
 * A condition that the path gives: where holds one ?, or is NULL.  With parent,
 * value is the key of one of its rows, and a 404 where the caller sees none.
 */
struct scope {
	const char		*where;
	const char		*value;
	const struct schema	*parent;
};

/*
 * Answers GET of a list: the rows under the plural's name, the totals, and
 * next_cursor.  Unknown parameters and bad values are all named at once.
 */
int	 list_answer(struct req *, struct resp *, const struct list *,
	    const struct scope *, struct err *);

/*
 * Appends " WHERE ..." for the filters that the query has.  Names that are
 * neither a filter nor in known, which ends in NULL, are errors.
 */
int	 list_where(struct req *, const struct list *, const struct scope *,
	    const char *const *known, struct sql *, struct err *) MUST_USE;

/* The bit mask of the columns that fields= names; 0 when it is not there. */
int	 list_columns(struct req *, const struct schema *, uint64_t *only,
	    struct err *) MUST_USE;

/*
 * The parts of list_answer(), for a list that finds its rows in a way of its
 * own: the end of the statement behind place_read();
 * counting, exactly up to LIST_EXACT and by the planner's word above; the answer
 * from rows of which there is one more than the page has where more follow.
 */
#define LIST_EXACT	10000

extern const char *const list_paging[];

void	 list_order(struct req *, const struct schema *, const struct place *,
	    struct sql *);

/* A count of the statement's rows, from "FROM ..." on, for db_run(). */
void	 list_count(struct sql *, const struct sql *from);

/* What it says; above LIST_EXACT another statement asks for an estimate. */
int	 list_total(struct req *, const struct sql *from, const PGresult *,
	    int64_t *total, bool *estimate, struct err *) MUST_USE;

struct list_page {
	const PGresult	*rows;		/* the schema's fields in order */
	uint64_t	 only;
	int64_t		 total;
	bool		 estimate;
	const char	*(*cursor)(struct req *, const struct place *,
			    const PGresult *, int row);	/* NULL: by the sort */
};

void	 list_write(struct req *, struct resp *, const struct schema *,
	    const struct place *, const struct list_page *);

#endif
