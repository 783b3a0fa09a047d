/*
 * Convert a row of the file into a record of voter_schema.  The plan maps cells
 * to fields, value.h reads their texts, and field_check() validates each value.
 */
#ifndef IMPORT_TRANSFORM_H
#define IMPORT_TRANSFORM_H

#include "custom.h"
#include "date_order.h"
#include "plan.h"
#include "record/rec.h"
#include "unknown.h"

struct transform {
	const struct plan *plan;
	struct unknowns	*unknown;	/* counts codes */
	struct dates	 dates;
	struct custom	 custom;
	bool		 strict;	/* a bad cell rejects its row */
	bool		 preferred;	/* phone_number is the first of the
					 * other phones */
	bool		 fold;		/* set if an e-mail address is not
					 * ASCII: PostgreSQL lower-cases it */
	struct arena	 row;		/* texts of the current row */
	struct notes	 notes;		/* its warnings */
	struct err	 err;		/* why it is rejected */
};

/*
 * Start a file, with the dates that dates_init() has begun.  The plan and the
 * codes must outlive the struct.  Fields that are filled from the cells of
 * other columns, such as birth_year from a date of birth that is only a year,
 * are added to the plan.
 */
void	 transform_init(struct transform *, struct arena *, struct plan *,
	    struct unknowns *, const struct dates *, bool keep_unmapped,
	    bool strict);
void	 transform_release(struct transform *);

/*
 * Make a record of the row, and notes about cells that were left blank or
 * changed.  Texts live until the next call.  Return -1 if the row is rejected:
 * err then holds the first error, with the name of the field if it concerns
 * one.
 */
int	 transform_row(struct transform *, const struct row *, struct rec *)
	    MUST_USE;

#endif
