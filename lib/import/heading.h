/*
 * The headings of a file's first row, folded so that "Last Name", "LAST_NAME" and
 * "lastname" are one, and which of our fields each stands for.
 *
 * What is folded lives in the arena.  Columns are counted from 0.
 */
#ifndef IMPORT_HEADING_H
#define IMPORT_HEADING_H

#include "core/arena.h"
#include "reader.h"

/* Lower case letters and digits alone. */
const char *heading_fold(struct arena *, const char *, size_t n);

/* Every cell of a row. */
const char **heading_fold_row(struct arena *, const struct row *);

/* The column under a folded name, or -1. */
int	 heading_find(const char *const *folded, size_t n, const char *name);

/*
 * The column, of those that are not used, that stands for a field of voters by
 * its name or else by the first of its aliases; -1 for none.
 */
int	 heading_alias(size_t field, const char *const *folded, size_t n,
	    const bool *used);

#endif
