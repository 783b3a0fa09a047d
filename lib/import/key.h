/*
 * Values in the column of registration ids that do not identify anybody:
 * placeholders, and numbers that a spreadsheet has rounded.
 *
 * Telephone numbers and e-mail addresses are keys too.  phone_e164() does not
 * normalise a number that cannot exist, and only E.164 numbers are keys;
 * import_email_key() in sql/deploy/ decides about addresses.
 */
#ifndef IMPORT_KEY_H
#define IMPORT_KEY_H

#include "core/base.h"

/*
 * Is this registration id of n > 0 bytes a placeholder: a word such as "none",
 * zeros, or one character at least four times?
 */
bool	 key_is_placeholder(const char *, size_t n);

/*
 * Did a spreadsheet round this number, such as 1.2345E+09 or 2E+16?  The digits
 * that it dropped are lost.
 */
bool	 key_is_rounded(const char *, size_t n);

#endif
