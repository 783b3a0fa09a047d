/*
 * From a row of the file to a record of voters: the plan says which cells make
 * which field, the field's own check says whether they may.
 */
#ifndef IMPORT_TRANSFORM_H
#define IMPORT_TRANSFORM_H

#include "run.h"

/*
 * Every column of a row, into a record whose texts live as long as im->scratch
 * is not rewound.  -1 for a row that is not to be taken; the first thing wrong
 * with it is in im->row_err, under the column's name where it has one.
 */
int	 transform_row(struct import *, const struct row *, struct rec *)
	    MUST_USE;

#endif
