/*
 * What becomes of a file's columns, settled once from its layout and its first
 * row, so that every further row only follows it: which cells make which of our
 * fields, and which nobody wants.
 *
 * A plan points into its layout, which has to outlive it; the rest is the
 * arena's.
 */
#ifndef IMPORT_PLAN_H
#define IMPORT_PLAN_H

#include "layout.h"

/* One of our columns, or theirs, as a cell of the row at hand. */
struct target {
	int		 field;
	size_t		 cell[RULE_PARTS];	/* from 0 */
	size_t		 n;
	const char	*constant;
	const struct value *values;
};

struct plan {
	struct target	 target[VOTER__MAX];
	size_t		 n;
	size_t		 split_cell[PLAN_SPLITS];
	const struct split *split[PLAN_SPLITS];
	size_t		 nsplit;
	uint64_t	 fields;	/* bit i: field i is written */
	size_t		 cells;		/* what a row may have; 0: any */
	const char	**heading;	/* as they came; NULL without header */
	size_t		*unmapped;	/* cells that nobody wants */
	size_t		 nunmapped;
	const char	*missing;	/* headings that were looked for */
};

/*
 * The plan for a file that begins with this row; *header says whether it is the
 * header.  422, with the headings that were seen, when first and last name are
 * not among them.
 */
int	 plan_make(struct plan *, struct arena *, const struct layout *,
	    const struct row *first, bool *header, struct err *) MUST_USE;

#endif
