/*
 * Filters of lists: the query parameters that narrow a list, and their
 * predicates in SQL.
 */
#ifndef REST_FILTER_H
#define REST_FILTER_H

#include "http/form.h"
#include "record/sql.h"

/*
 * A query parameter and its predicate, in which ?1 stands for the value, ?2 for
 * that of campaign_id or null, and t is the alias of the table.
 */
struct filter {
	struct field	 field;
	const char	*sql;		/* NULL: see build() of struct list */
};

/* The filters that a query gives, with checked values, in its order. */
struct filters {
	struct {
		const struct filter	*filter;
		const char		*value;
		/* The predicate of a filter that depends on the database, set
		 * by universe_resolve() after filters_read(); else NULL. */
		const struct predicate	*resolved;
	} given[WHERE_MAX];
	size_t		 n;
	const char	*campaign;	/* value of campaign_id, or NULL */
	/* The predicates of a segment's steps, one for each, by which
	 * universe_blame() names a slow step; NULL without such a segment. */
	const struct where *steps;
};

struct list {
	const struct schema	*schema;
	const struct filter	*filter;
	size_t			 n;
	size_t			 sort;	/* index of the field that sorts the
					 * list by default */

	/* Return the predicate of a filter without sql, one whose condition
	 * depends on the value or on the campaign. */
	struct predicate (*build)(struct arena *, const struct filters *,
			    const char *name, const char *value);

	/* For lists that are limited to the caller's campaigns: the column with
	 * the row's campaign_id.  The table needs an index on this column and
	 * the key. */
	const char		*campaign_column;

	/* Set if that column refers to a row of another table, which has the
	 * campaign: a SELECT of the keys of those rows of the other table that
	 * belong to a campaign in the array s.campaigns. */
	const char		*campaign_rows;
};

/*
 * A condition that the path adds to a list.  where is SQL in which ?1 stands
 * for value; it may be NULL.  If parent is set, value is the key of a row of
 * that schema: 404 if the caller cannot see it.
 */
struct scope {
	const char		*where;
	const char		*value;
	const struct schema	*parent;
};

/*
 * Check the filters of a query.  Parameters that are neither a filter nor in
 * known, which ends in NULL, are errors.  On failure return -1; err names every
 * parameter that is wrong.
 */
int	 filters_read(struct arena *, const struct form *query,
	    const struct list *, const char *const *known, struct filters *,
	    struct err *) MUST_USE;

/* Return the value of the filter with this name, or NULL. */
const char *filters_value(const struct filters *, const char *name);

/* Set the predicates of filters and of a scope, which may be NULL. */
void	 list_predicates(struct arena *, const struct list *,
	    const struct filters *, const struct scope *, struct where *);

/*
 * Read the filters of a query that has no page, and append " WHERE ..." for
 * them and for the scope, which may be NULL; nothing without either.  known and
 * errors as for filters_read().
 */
int	 list_where(struct arena *, const struct form *, const struct list *,
	    const struct scope *, const char *const *known, struct sql *,
	    struct err *) MUST_USE;

/* Set the bit mask of the columns that fields= names; 0 without fields=. */
int	 list_columns(const struct form *, const struct schema *,
	    uint64_t *only, struct err *) MUST_USE;

/* Return true if a name is in names, which ends in NULL. */
bool	 name_in(const char *const *names, const char *name);

#endif
