/* Words and letters that mean the same in the files of all sources. */
#ifndef IMPORT_COMMON_VALUE_H
#define IMPORT_COMMON_VALUE_H

#include "layout.h"

/*
 * Return the value that a cell's text of n bytes, trimmed and not blank, means
 * for a field of voters.  In this order: the list's replacement for this text,
 * a common word for a status, party or gender, the list's replacement for any
 * other text, for which *any is set to true.  NULL if the text is unknown.
 */
const char *layout_value(int field, const struct value *list, const char *,
	    size_t n, bool *any);

#endif
