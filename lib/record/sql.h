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

/* Appends text in which every ? is "$n" of one new parameter. */
void	 sql_bind(struct sql *, const char *text, const char *value);

/* "t.a, t.b, array_to_json(t.c)": every field in the schema's order. */
void	 sql_columns(struct sql *, const struct schema *);

/* INSERT of the fields that the record has. */
void	 sql_insert(struct sql *, const struct rec *);

/* "a = $1, b = $2": the fields that the record has; false when it has none. */
bool	 sql_assign(struct sql *, const struct rec *);

#endif
