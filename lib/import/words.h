/* Words for "nothing" in cells, and additions that spreadsheets make. */
#ifndef IMPORT_WORDS_H
#define IMPORT_WORDS_H

#include "core/base.h"

/*
 * Is the text, which has no white space at its ends, a word for nothing: NULL,
 * \N, N/A, NONE or - in upper or lower case?  With name, "Null" and "None" are
 * not: there are people and firms of that name.
 */
bool	 word_is_nothing(const char *, size_t n, bool name);

/*
 * Narrow ="00123", with which spreadsheets are made to keep zeros, to 00123.
 * White space at its ends is not part of the text either.
 */
void	 word_unwrap(const char **s, size_t *n);

/*
 * Return the length of a number without ".0", ".00" and so on at its end, which
 * spreadsheets add to whole numbers; n if the text is not such a number.
 */
size_t	 word_without_fraction(const char *, size_t n);

#endif
