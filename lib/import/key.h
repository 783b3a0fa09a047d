/*
 * Values of a voter file that look like a key of a person and are none: what
 * people and spreadsheets write in place of a registration id.
 *
 * A telephone number that cannot exist is no key either; phone_e164() leaves it
 * as it is, and only E.164 numbers are keys.  E-mail addresses are judged by
 * import_email_key() in sql/deploy/.
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
