/*
 * Statements that follow from a schema.  Identifiers come from schemas alone;
 * values always travel as parameters.
 */
#ifndef RECORD_SQL_H
#define RECORD_SQL_H

#include "core/buf.h"
#include "field.h"

#define SQL_PARAMS	64

/* Text of a statement and its parameters.  The text is in the arena. */
struct sql {
	struct buf	 text;
	const char	*param[SQL_PARAMS];
	int		 n;
};

void	 sql_init(struct sql *, struct arena *);

/* Appends "$n" for a new parameter. */
void	 sql_param(struct sql *, const char *value);

void	 sql_add(struct sql *, const char *text);

/* Append text in which ?1 stands for a value, NULL for null. */
void	 sql_bind(struct sql *, const char *text, const char *value);

#define PREDICATE_VALUES	2

/* A condition: ?1 in sql stands for value[0], ?2 for value[1]; NULL is null. */
struct predicate {
	const char	*sql;
	const char	*value[PREDICATE_VALUES];
};

#define WHERE_MAX	32

/* Predicates that a row has to meet, all of them.  Zeroed, there is none. */
struct where {
	struct predicate predicate[WHERE_MAX];
	size_t		 n;
};

/* Add a predicate.  More than WHERE_MAX are a mistake in the program. */
void	 where_add(struct where *, const struct predicate *);

void	 sql_predicate(struct sql *, const struct predicate *);

/* Append " WHERE a AND b"; nothing if there is no predicate. */
void	 sql_where(struct sql *, const struct where *);

/* "t.a, t.b, array_to_json(t.c)": every field in the schema's order. */
void	 sql_columns(struct sql *, const struct schema *);

/* INSERT of the fields that the record has. */
void	 sql_insert(struct sql *, const struct rec *);

/* "a = $1, b = $2": the fields that the record has; false when it has none. */
bool	 sql_assign(struct sql *, const struct rec *);

#endif
