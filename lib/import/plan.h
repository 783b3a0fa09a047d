/*
 * The plan of an import: which cells of a row make up which field of a voter,
 * and which columns are not used.  It is made once, from the layout and the
 * first row of the file, and applies to every row.
 *
 * A plan points into its layout, which has to outlive it.  Everything else
 * lives in the arena.
 */
#ifndef IMPORT_PLAN_H
#define IMPORT_PLAN_H

#include "layout.h"

/* One field of voter_schema, and the cells that it comes from. */
struct target {
	int		 field;		/* such as VOTER_city */
	size_t		 cell[RULE_PARTS];	/* counted from 0 */
	size_t		 n;		/* number of cells */
	const char	*constant;	/* if the cells are blank; or NULL */
	const struct value *values;	/* replacements, or NULL */
	bool		 number;	/* only the first number of the text */
};

struct plan {
	struct target	 target[VOTER__MAX];
	size_t		 n;		/* number of targets */
	size_t		 split_cell[PLAN_SPLITS];
	const struct split *split[PLAN_SPLITS];
	size_t		 nsplit;
	struct target	 full_name;	/* n is 0 without such a column */
	uint64_t	 fields;	/* bit i: field i is written */
	size_t		 cells;		/* most cells a row may have; 0: any */
	size_t		 columns;	/* of the file */
	const char	**heading;	/* trimmed; NULL without a header */
	size_t		*unmapped;	/* columns that are not used */
	size_t		 nunmapped;
	const bool	*votes;		/* columns with votes, or NULL */
	const char	*missing;	/* headings not found, or NULL */
};

/* Is the field, such as VOTER_city, written? */
static inline bool
plan_has(const struct plan *p, size_t field)
{
	return (p->fields >> field & 1) != 0;
}

/*
 * Make the plan for a file that begins with this row, and set *header to
 * whether the row is a header.  422, which lists the headings, if first and
 * last name are not among them.
 */
int	 plan_make(struct plan *, struct arena *, const struct layout *,
	    const struct row *first, bool *header, struct err *) MUST_USE;

/*
 * Return the column that an origin names, or -1.  folded is the header, or NULL
 * if the file has none.
 */
int	 plan_find(const struct origin *, const char *const *folded,
	    size_t n);

/* Set heading, unmapped and nunmapped from the columns that are used. */
void	 plan_unmapped(struct plan *, struct arena *, const struct row *first,
	    bool header, const bool *used);

#endif
