/* Words and letters that mean the same in the files of all sources. */
#ifndef IMPORT_COMMON_VALUE_H
#define IMPORT_COMMON_VALUE_H

#include "layout.h"

/*
 * Return what a cell's text of n bytes, trimmed and not blank, stands for in a
 * field of voters: as the list says, else as the common words for status, party
 * and gender, else as the list's replacement for any other text; *any is then
 * true.  Return NULL if none of them knows the text.
 */
const char *layout_value(int field, const struct value *list, const char *,
	    size_t n, bool *any);

#endif
