/* Small questions about text: UTF-8, white space, numbers, base64url, hex. */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "base.h"

/*
 * The number of characters in n bytes of UTF-8 (RFC 3629), or -1 when they are
 * not UTF-8.
 */
ptrdiff_t text_utf8_length(const char *, size_t n);

/*
 * Moves *s and *n past white space at both ends: ASCII's, the no-break spaces,
 * the other Unicode spaces and a stray byte order mark.
 */
void	 text_trim(const char **s, size_t *n);

/* True when a control character is among n bytes; lines allows CR, LF, tab. */
bool	 text_has_control(const char *, size_t n, bool lines);

/* A decimal integer that fills all n bytes; false when it is none or too big. */
bool	 text_int64(const char *, size_t n, int64_t *);

/* True, false, or neither (0): t, true, y, yes, on, 1 and their opposites. */
bool	 text_bool(const char *, size_t n, bool *);

/* Equality without regard to ASCII case; b is NUL-terminated. */
bool	 text_is(const char *a, size_t n, const char *b);

/* ASCII lower case in place. */
void	 text_lower(char *, size_t n);

/* Lower case hexadecimal digits and a NUL; out has room for 2 * n + 1. */
void	 text_hex(const void *, size_t n, char *out);

/* RFC 4648 section 5 without padding; out has room for n * 4 / 3 + 2. */
size_t	 text_base64url(const void *, size_t n, char *out);

/* The bytes, or -1 when it is no base64url; out has room for n bytes. */
ptrdiff_t text_unbase64url(const char *, size_t n, unsigned char *out);

#endif
