/*
 * SQL statements built from a schema.  Identifiers come only from schemas;
 * values are always parameters.
 *
 * A text that is too long, or more than SQL_PARAMS parameters, sets
 * text.failed, which the caller checks once, at the end.
 */
#ifndef RECORD_SQL_H
#define RECORD_SQL_H

#include "core/buf.h"
#include "rec.h"

#define SQL_PARAMS	640

/*
 * A statement: its text, in an arena, and its parameters, which are borrowed.
 */
struct sql {
	struct buf	 text;
	const char	*param[SQL_PARAMS];	/* NULL: null */
	int		 n;			/* number of parameters */
};

/* Start an empty statement. */
void	 sql_init(struct sql *, struct arena *);

/* Add a parameter and append its "$n". */
void	 sql_param(struct sql *, const char *value);

/* Append text as it is. */
void	 sql_add(struct sql *, const char *text);

/*
 * Append text, with a new parameter in place of each ?1.  value is the
 * parameter's; NULL is null.
 */
void	 sql_bind(struct sql *, const char *text, const char *value);

#define PREDICATE_VALUES	2
#define PREDICATE_MAX		512	/* with many: most values */

/*
 * A condition: ?1 in sql stands for value[0], ?2 for value[1], and so on; NULL
 * is null.  many, if it is not NULL, has n values in place of value.
 */
struct predicate {
	const char	*sql;
	const char	*value[PREDICATE_VALUES];
	const char	*const *many;
	size_t		 n;
};

#define WHERE_MAX	64

/* Predicates joined by AND.  A zeroed struct has none. */
struct where {
	struct predicate predicate[WHERE_MAX];
	size_t		 n;
};

/* Add a predicate.  More than WHERE_MAX are a bug. */
void	 where_add(struct where *, const struct predicate *);

/* Append a predicate, with its values as parameters. */
void	 sql_predicate(struct sql *, const struct predicate *);

/* Append " WHERE a AND b"; nothing if there is no predicate. */
void	 sql_where(struct sql *, const struct where *);

/*
 * Append the schema's columns in order, such as "t.a, array_to_json(t.b)".  The
 * statement must use the alias t for the table, and join what sql_join()
 * appends.
 */
void	 sql_columns(struct sql *, const struct schema *);

/* Append " FROM <table> t" and the joins that the columns need. */
void	 sql_from(struct sql *, const struct schema *);

/* Append the joins that the columns need, after " FROM ... t". */
void	 sql_join(struct sql *, const struct schema *);

/* Append an INSERT of the record's fields that are not null. */
void	 sql_insert(struct sql *, const struct rec *);

/*
 * Append the assignments of an UPDATE, such as "a = $1, b = $2", for the fields
 * that the record has.  Return false if it has none.
 */
bool	 sql_assign(struct sql *, const struct rec *);

#endif
