/* Telephone numbers with what people write around them. */
#ifndef IMPORT_PHONE_TEXT_H
#define IMPORT_PHONE_TEXT_H

#include "core/arena.h"

/*
 * Read a number that phone_e164() does not take as it is: with an extension
 * ("x12", "ext. 12", ";ext=12", "#12"), "tel:" before it, the international
 * prefix 011, or ".0" after it.  Return it as E.164, in the arena, and set
 * *extension to the digits of the extension or to NULL.  Return NULL, with
 * *extension untouched, if it is not a number.
 */
const char *phone_read(struct arena *, const char *, size_t n,
	    const char **extension);

#endif
