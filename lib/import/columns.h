/* What each column of a file is used for. */
#ifndef IMPORT_COLUMNS_H
#define IMPORT_COLUMNS_H

#include "core/buf.h"
#include "plan.h"

struct column {
	const char	*heading;	/* or "column 3" */
	const char	*field;		/* of voters, or "votes"; NULL: the
					 * column is not used */
	bool		 ignored;	/* it is a field of voters that a file
					 * cannot set */
};

/* Return an array of plan->columns columns, in the arena. */
const struct column *columns_of(const struct plan *, struct arena *);

/* Append a JSON array of {"header", "column"}. */
void	 columns_write(const struct plan *, struct arena *, struct buf *);

/* Append a JSON array of the headings of the columns that are not used. */
void	 columns_write_unmapped(const struct plan *, struct arena *,
	    struct buf *);

/*
 * Return a warning that names the fields that a file cannot set, in the arena;
 * NULL if the file has none.
 */
const char *columns_ignored(const struct plan *, struct arena *);

#endif
