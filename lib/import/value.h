/* One cell's text becomes the value of a field of voter_schema. */
#ifndef IMPORT_VALUE_H
#define IMPORT_VALUE_H

#include "transform.h"

enum origin_kind {
	FROM_CELL,	/* as it is in the file */
	FROM_VALUES,	/* a replacement that the value map has for it */
	FROM_ANY,	/* the replacement of any other text */
	FROM_CONSTANT,
};

/* A text without white space at its ends, and what the file has for it. */
struct text {
	const char	*s;
	size_t		 n;		/* 0: blank */
	const char	*raw;		/* in the file */
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
