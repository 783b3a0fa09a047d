/*
 * Functions on text: UTF-8, white space, numbers, base64url, hexadecimal.  Text
 * is n bytes, not necessarily followed by a NUL.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "base.h"

/*
 * Return the number of characters in n bytes of UTF-8 (RFC 3629), or -1 if the
 * bytes are not valid UTF-8.
 */
ptrdiff_t text_utf8_length(const char *, size_t n);

/*
 * Narrow *s and *n to exclude white space at both ends: that of ASCII, no-break
 * spaces, other Unicode spaces, and byte order marks.
 */
void	 text_trim(const char **s, size_t *n);

/*
 * Return true if the text contains a control character.  With lines, CR, LF and
 * tab are allowed.
 */
bool	 text_has_control(const char *, size_t n, bool lines);

/*
 * Read a decimal integer that takes up all n bytes; a minus sign may precede
 * it.  Return false, with *out untouched, if it is not one or does not fit.
 */
bool	 text_int64(const char *, size_t n, int64_t *out);

/*
 * Read a truth value: true, t, yes, y, on, 1, or false, f, no, n, off, 0, in
 * upper or lower case.  Return false, with *out untouched, for anything else.
 */
bool	 text_bool(const char *, size_t n, bool *out);

/*
 * Compare a with the NUL-terminated b; upper and lower case (ASCII) are equal.
 */
bool	 text_is(const char *a, size_t n, const char *b);

/* Change ASCII letters to lower case, in place. */
void	 text_lower(char *, size_t n);

/*
 * Write n bytes as lower-case hexadecimal digits and a NUL.  out has room for
 * 2 * n + 1 bytes.
 */
void	 text_hex(const void *, size_t n, char *out);

/* Return the value of a hexadecimal digit, or -1 for another character. */
int	 text_hex_digit(char);

/*
 * Write n bytes as base64url without padding (RFC 4648 section 5) and a NUL,
 * and return the length without the NUL.  out has room for n * 4 / 3 + 2
 * bytes.
 */
size_t	 text_base64url(const void *, size_t n, char *out);

/*
 * Decode base64url without padding.  Return the number of bytes written to out,
 * which has room for n, or -1 if the text contains another character.
 */
ptrdiff_t text_unbase64url(const char *, size_t n, unsigned char *out);

#endif
