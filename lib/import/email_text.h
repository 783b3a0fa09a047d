/* Cells with several e-mail addresses. */
#ifndef IMPORT_EMAIL_TEXT_H
#define IMPORT_EMAIL_TEXT_H

#include "record/field.h"

#define EMAILS_MAX	16	/* addresses of a cell that are read */

/*
 * Read the e-mail addresses of a cell that is not a single address: separated
 * by white space, commas, semicolons, slashes or bars, each perhaps in < > or
 * after "mailto:".  Addresses are normalised as field_check() does, and each is
 * returned once, in the arena.  Return their number, and set *rest if the cell
 * has other text, except a name in front of an address in < >.
 */
size_t	 emails_read(const struct field *, struct arena *, const char *,
	    size_t n, const char *out[EMAILS_MAX], bool *rest);

#endif
