/* Conversion of a cell's text to the value of a field of voter_schema. */
#ifndef IMPORT_VALUE_H
#define IMPORT_VALUE_H

#include "transform.h"

enum origin_kind {
	FROM_CELL,	/* the text of the cell */
	FROM_VALUES,	/* its replacement in the value map */
	FROM_ANY,	/* the value map's replacement of any other text */
	FROM_CONSTANT,
};

/* A trimmed text, and the text of the file that it was made from. */
struct text {
	const char	*s;
	size_t		 n;		/* 0: blank */
	const char	*raw;		/* the text of the file */
	size_t		 raw_len;
	enum origin_kind from;
};

/*
 * Set a field to a text that is not blank, as its kind requires.  A value that
 * the field cannot take is left out, and noted.  Return -1, with the error set,
 * if it rejects the row: a bad first or last name, or any with strict.
 */
int	 value_take(struct transform *, struct rec *, const struct row *,
	    int field, const struct text *) MUST_USE;

#endif
