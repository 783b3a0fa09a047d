/* The tables of the Flask backend, as move_tables.c copies them. */
#ifndef CLI_MOVE_COLUMNS_H
#define CLI_MOVE_COLUMNS_H

#include "record/field.h"

/* What is done with a column's values. */
enum way {
	COPY,		/* a number, a date, a truth value: as it is */
	CHECK,		/* text, as the field of this name here */
	JSON,
};

struct column {
	const char	*name;		/* NULL ends the columns */
	const char	*here;		/* its name here; NULL: the same */
	enum way	 way;
	bool		 needed;
	struct field	 own;		/* with CHECK: in place of the field
					 * here; kind and max */
};

struct move_table {
	const char		*name;		/* there */
	const char		*stage;		/* here */
	const struct column	*columns;
	const struct schema	*schema;	/* of CHECK, or NULL */
	const char		*elsewhere;	/* columns that are read by
						 * others, or not at all */
	bool			 needed;
};

extern const struct move_table move_table[];
extern const size_t move_table_n;

#endif
