/* Lists of texts as voter files write them. */
#ifndef IMPORT_LIST_TEXT_H
#define IMPORT_LIST_TEXT_H

#include "record/field.h"

/*
 * Read a list of texts of n > 0 bytes, separated by semicolons or written as a
 * JSON array, and set *out to PostgreSQL's syntax of an array, in the arena;
 * NULL if the list is empty.  The struct err must be empty on entry.  400 for a
 * text that the field does not allow.
 */
int	 texts_read(struct arena *, const struct field *, const char *,
	    size_t n, const char **out, struct err *) MUST_USE;

#endif
