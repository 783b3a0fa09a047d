/* The tables of the Flask backend, as move_tables.c copies them. */
#ifndef CLI_MOVE_COLUMNS_H
#define CLI_MOVE_COLUMNS_H

#include "record/field.h"

/* How the values of a column are converted. */
enum conversion {
	COPY,		/* number, date or boolean: copied unchanged */
	CHECK,		/* text: checked by a field of this backend */
	JSON,		/* made acceptable to jsonb */
};

struct column {
	const char	*name;		/* in Flask's table; NULL ends a list */
	const char	*new_name;	/* in the stage; NULL: the same */
	enum conversion	 convert;
	bool		 needed;	/* the move fails without the column */
	struct field	 own;		/* with CHECK: the field that checks the
					 * values; if max is 0, the field of
					 * the same name in the schema */
};

struct move_table {
	const char		*name;		/* in the Flask database */
	const char		*stage;		/* the temporary table */
	const struct column	*columns;
	const struct schema	*schema;	/* for CHECK, or NULL */
	const char		*not_copied;	/* further known columns: read
						 * by move_contacts(), or of no
						 * use */
	bool			 needed;	/* the move fails without it */
};

extern const struct move_table move_table[];
extern const size_t move_table_n;

#endif
