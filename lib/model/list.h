/*
 * Lists: filters, sorting, pages and cursors for any schema, in one round trip.
 */
#ifndef MODEL_LIST_H
#define MODEL_LIST_H

#include "http/req.h"
#include "http/resp.h"
#include "record/sql.h"

/* One query parameter and what it asks; ? is its value, t the row. */
struct filter {
	struct field	 field;
	const char	*sql;
};

struct list {
	const struct schema	*schema;
	const struct filter	*filter;
	size_t			 n;
};

/* A condition that the path gives: where holds one ?, or is NULL. */
struct scope {
	const char	*where;
	const char	*value;
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

#endif
