/*
 * Filters of lists: the parameters of a query that narrow a list, and the
 * predicates that they stand for.
 */
#ifndef REST_FILTER_H
#define REST_FILTER_H

#include "http/form.h"
#include "record/sql.h"

/* A query parameter and its predicate: ?1 is the value, t the row. */
struct filter {
	struct field	 field;
	const char	*sql;		/* NULL: see build() of struct list */
};

/* The filters that a query gives, with checked values, in its order. */
struct filters {
	struct {
		const struct filter	*filter;
		const char		*value;
	} given[WHERE_MAX];
	size_t		 n;
	const char	*campaign;	/* value of campaign_id, or NULL */
};

struct list {
	const struct schema	*schema;
	const struct filter	*filter;
	size_t			 n;

	/* Return the predicate of a filter without sql, one whose condition
	 * depends on the value or on the campaign. */
	struct predicate (*build)(struct arena *, const struct filters *,
			    const char *name, const char *value);

	/* For lists that are limited to the caller's campaigns: the column that
	 * holds the row's campaign.  An index begins with it and the key. */
	const char		*campaign_column;

	/* If that column refers to rows of another table, which belong to the
	 * campaigns: a query for those rows' keys.  The array s.campaigns holds
	 * the campaigns. */
	const char		*campaign_rows;
};

/*
 * A condition that the path gives: ?1 in where is value.  where may be NULL.
 * With parent, value is the key of one of its rows; a row that the caller
 * cannot see is a 404.
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
