/*
 * Functions on text: UTF-8, white space, numbers, base64url, hexadecimal.
 * Values of fields are checked in record/field.c.
 */
#include "text.h"

ptrdiff_t
text_utf8_length(const char *s, size_t n)
{
	const unsigned char	*p = (const unsigned char *)s, *end = p + n;
	ptrdiff_t		 chars = 0;

	for (; p < end; chars++) {
		unsigned	 c = *p++;
		unsigned	 low = 0x80, high = 0xbf;
		int		 more;

		if (c < 0x80)
			continue;
		/* The bounds of the second byte exclude overlong forms,
		 * surrogates, and characters beyond U+10FFFF. */
		if (c >= 0xc2 && c <= 0xdf) {
			more = 1;
		} else if ((c & 0xf0) == 0xe0) {
			more = 2;
			if (c == 0xe0)
				low = 0xa0;
			else if (c == 0xed)
				high = 0x9f;
		} else if (c >= 0xf0 && c <= 0xf4) {
			more = 3;
			if (c == 0xf0)
				low = 0x90;
			else if (c == 0xf4)
				high = 0x8f;
		} else {
			return -1;
		}
		for (; more > 0; more--) {
			if (p == end || *p < low || *p > high)
				return -1;
			p++;
			low = 0x80;
			high = 0xbf;
		}
	}
	return chars;
}

/* Return the length of the white space character at s, or 0. */
static size_t
space_at(const unsigned char *s, size_t n)
{
	if (s[0] <= ' ' && s[0] != '\0')
		return s[0] == ' ' || (s[0] >= '\t' && s[0] <= '\r');
	if (n >= 2 && s[0] == 0xc2 && (s[1] == 0xa0 || s[1] == 0x85))
		return 2;
	if (n < 3)
		return 0;
	if (s[0] == 0xe2 && s[1] == 0x80 &&
	    ((s[2] >= 0x80 && s[2] <= 0x8b) || s[2] == 0xa8 ||
	    s[2] == 0xa9 || s[2] == 0xaf))
		return 3;	/* U+2000 to U+200B, U+2028, U+2029, U+202F */
	if ((s[0] == 0xe3 && s[1] == 0x80 && s[2] == 0x80) ||
	    (s[0] == 0xef && s[1] == 0xbb && s[2] == 0xbf))
		return 3;	/* U+3000, U+FEFF */
	return 0;
}

void
text_trim(const char **s, size_t *n)
{
	const unsigned char	*p = (const unsigned char *)*s;
	size_t			 len = *n, width;

	while (len > 0 && (width = space_at(p, len)) > 0) {
		p += width;
		len -= width;
	}
	while (len > 0) {
		/* Find the first byte of the last character. */
		for (width = 1; width < 3 && width < len &&
		    (p[len - width] & 0xc0) == 0x80; width++)
			;
		if (space_at(p + len - width, width) != width)
			break;
		len -= width;
	}
	*s = (const char *)p;
	*n = len;
}

bool
text_has_control(const char *s, size_t n, bool lines)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char	 c = (unsigned char)s[i];

		if ((c < ' ' &&
		    !(lines && (c == '\n' || c == '\r' || c == '\t'))) ||
		    c == 0x7f)
			return true;
		/* U+0080 to U+009F */
		if (c == 0xc2 && i + 1 < n && (unsigned char)s[i + 1] < 0xa0)
			return true;
	}
	return false;
}

bool
text_int64(const char *s, size_t n, int64_t *out)
{
	uint64_t	 value = 0, limit = INT64_MAX;
	size_t		 i = 0;
	bool		 negative = false;

	if (n > 0 && s[0] == '-') {
		negative = true;
		limit++;
		i = 1;
	}
	if (i == n)
		return false;
	for (; i < n; i++) {
		unsigned	 digit = (unsigned)(s[i] - '0');

		if (digit > 9 || value > (limit - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = negative ? -(int64_t)(value - 1) - 1 : (int64_t)value;
	if (value == 0)
		*out = 0;
	return true;
}

bool
text_is(const char *a, size_t n, const char *b)
{
	size_t	 i;

	for (i = 0; i < n; i++) {
		unsigned char	 x = (unsigned char)a[i];
		unsigned char	 y = (unsigned char)b[i];

		if (x >= 'A' && x <= 'Z')
			x += 'a' - 'A';
		if (y >= 'A' && y <= 'Z')
			y += 'a' - 'A';
		if (x != y || y == '\0')
			return false;
	}
	return b[i] == '\0';
}

bool
text_bool(const char *s, size_t n, bool *out)
{
	static const struct { const char *word; bool value; } words[] = {
		{ "true", true },   { "t", true },  { "yes", true },
		{ "y", true },      { "on", true }, { "1", true },
		{ "false", false }, { "f", false }, { "no", false },
		{ "n", false },     { "off", false }, { "0", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_is(s, n, words[i].word)) {
			*out = words[i].value;
			return true;
		}
	return false;
}

void
text_lower(char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] >= 'A' && s[i] <= 'Z')
			s[i] += 'a' - 'A';
}

void
text_hex(const void *data, size_t n, char *out)
{
	static const char	 digits[] = "0123456789abcdef";
	const unsigned char	*p = data;

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}

int
text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

size_t
text_base64url(const void *data, size_t n, char *out)
{
	const unsigned char	*p = data;
	char			*start = out;
	unsigned		 bits = 0, held = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | p[i];
		for (held += 8; held >= 6; held -= 6)
			*out++ = alphabet[bits >> (held - 6) & 63];
	}
	if (held > 0)
		*out++ = alphabet[bits << (6 - held) & 63];
	*out = '\0';
	return (size_t)(out - start);
}

ptrdiff_t
text_unbase64url(const char *s, size_t n, unsigned char *out)
{
	unsigned char	*start = out;
	unsigned	 bits = 0, held = 0;

	for (size_t i = 0; i < n; i++) {
		const char	*at = s[i] != '\0' ?
				    strchr(alphabet, s[i]) : NULL;

		if (at == NULL)
			return -1;
		bits = bits << 6 | (unsigned)(at - alphabet);
		held += 6;
		if (held >= 8) {
			held -= 8;
			*out++ = (unsigned char)(bits >> held);
		}
	}
	return out - start;
}
