/*
 * Match the headings in the first row of a voter file with fields of voters.
 *
 * Headings are compared in a folded form, in which "Last Name", "LAST_NAME" and
 * "lastname" are equal: lower-case letters and digits, everything else removed.
 * Folded texts live in the arena.  Columns are counted from 0.
 */
#ifndef IMPORT_HEADING_H
#define IMPORT_HEADING_H

#include "core/arena.h"
#include "reader.h"
#include "record/field.h"

/* Return the folded form of n bytes, with a NUL. */
const char *heading_fold(struct arena *, const char *, size_t n);

/* Return the folded cells of a row, an array of row->n. */
const char **heading_fold_row(struct arena *, const struct row *);

/* Return the first column with this folded name, or -1. */
int	 heading_find(const char *const *folded, size_t n, const char *name);

/*
 * Return the column for a field, or -1 if there is none: the column with the
 * field's name, or else the one with the earliest of its aliases.  Columns
 * marked in used are skipped.
 */
int	 heading_field(const struct field *, const char *const *folded,
	    size_t n, const bool *used);

/* The same for a field of voter_schema, by an index such as VOTER_city. */
int	 heading_alias(size_t field, const char *const *folded, size_t n,
	    const bool *used);

#endif
