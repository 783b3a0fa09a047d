/*
 * Convert a row of the file into a record of voter_schema.  The plan maps cells
 * to fields, and field_check() validates each value.
 */
#ifndef IMPORT_TRANSFORM_H
#define IMPORT_TRANSFORM_H

#include "plan.h"
#include "record/rec.h"
#include "report.h"

struct transform {
	const struct plan *plan;
	struct report	*report;	/* for warnings */
	enum date_order	 order;		/* of dates such as 02/03/1970 */
	bool		 keep_unmapped;	/* put other columns in custom_fields */
	bool		 fold;		/* set if an e-mail address is not
					 * ASCII: PostgreSQL lower-cases it */
	char		 today[11];
	struct arena	 row;		/* texts of the current row */
	struct err	 err;		/* why it is rejected */
};

/* Start a file.  The plan and the report must outlive the struct. */
void	 transform_init(struct transform *, const struct plan *,
	    struct report *, enum date_order, bool keep_unmapped);
void	 transform_release(struct transform *);

/*
 * Make a record of the row.  Its texts live until the next call.  Return -1 if
 * the row is rejected: err then holds the first error, with the name of the
 * field if it concerns one.
 */
int	 transform_row(struct transform *, const struct row *, struct rec *)
	    MUST_USE;

#endif
