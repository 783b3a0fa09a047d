/*
 * What a row adds to custom_fields: columns that are not used, and parts of
 * cells that have no column of their own.
 */
#ifndef IMPORT_CUSTOM_H
#define IMPORT_CUSTOM_H

#include "notes.h"
#include "plan.h"
#include "record/rec.h"

#define CUSTOM_PARTS	64	/* parts of cells that a row can add */

/* A part of a cell that has no column of its own. */
struct part_of_cell {
	const char	*key, *value;
};

struct custom {
	const struct plan *plan;
	const char	**key;		/* for each unmapped column; NULL:
					 * they are not kept */
	struct part_of_cell part[CUSTOM_PARTS];
	size_t		 n;		/* parts of the current row */
};

/*
 * Start a file.  With keep, columns that are not used are kept, each with a key
 * of its own, in the arena: its heading, or "column 3"; headings that occur
 * again get a number: "Note", "Note 2".
 */
void	 custom_init(struct custom *, struct arena *, const struct plan *,
	    bool keep);

/* Add a part to the current row.  Both texts must live as long as the row. */
void	 custom_add(struct custom *, const char *key, const char *value);

/*
 * Set custom_fields of the record, with texts in its arena.  Keys that the
 * row's own custom_fields has take precedence.  A cell that cannot be kept is
 * left out, and noted.
 */
void	 custom_finish(struct custom *, struct rec *, const struct row *,
	    struct notes *);

#endif
