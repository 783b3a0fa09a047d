/*
 * Writing cells of CSV, and undoing the guards against formulas.  Files are
 * read in import/reader.c.
 */
#include "csv.h"

#define QUOTE	1	/* a cell with this byte needs quotes */
#define PART	2	/* a part of the cell begins after this byte */

static const unsigned char special[256] = {
	[','] = QUOTE, ['"'] = QUOTE, [';'] = PART, ['\t'] = PART,
	['\r'] = QUOTE | PART, ['\n'] = QUOTE | PART,
};

/*
 * Would a spreadsheet take a part of a cell for a formula (OWASP: CSV
 * injection)?  Apostrophes in front of one count as well: csv_add_cell() adds
 * one more, and csv_unguard(), which takes one away, restores the text exactly.
 */
static bool
is_formula(const char *s, size_t n, bool first)
{
	size_t	 marks = 0, digits = 1;

	while (marks < n && s[marks] == '\'')
		marks++;
	s += marks;
	n -= marks;
	if (n == 0)
		return false;
	switch (*s) {
	case '=':
	case '@':
		return true;
	case '\t':
	case '\r':
		return first;
	case '+':
	case '-':
		/* A number with a sign, such as a telephone number. */
		if (!first || marks > 0)
			return true;
		while (digits < n && s[digits] >= '0' && s[digits] <= '9')
			digits++;
		return digits < n || n == 1;
	default:
		/* Full-width = + - @: U+FF1D, U+FF0B, U+FF0D, U+FF20 */
		return n >= 3 && memcmp(s, "\xef\xbc", 2) == 0 &&
		    (s[2] == '\x9d' || s[2] == '\x8b' || s[2] == '\x8d' ||
		    s[2] == '\xa0');
	}
}

/* Return the length of the first part, with the byte that ends it. */
static size_t
part(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (special[(unsigned char)s[i]] & PART)
			return i + 1;
	return n;
}

/* Append the text with each quotation mark doubled. */
static void
add_quoted(struct buf *b, const char *s, size_t n)
{
	const char	*p;

	while ((p = memchr(s, '"', n)) != NULL) {
		buf_add(b, s, (size_t)(p - s) + 1);
		buf_addc(b, '"');
		n -= (size_t)(p - s) + 1;
		s = p + 1;
	}
	buf_add(b, s, n);
}

void
csv_add_cell(struct buf *b, const char *s, size_t n)
{
	unsigned char	 found = 0;
	size_t		 length;
	bool		 quote;

	if (s == NULL || n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		found |= special[(unsigned char)s[i]];
	/* White space at the ends is part of the value. */
	quote = (found & QUOTE) || s[0] == ' ' || s[n - 1] == ' ';
	if (quote)
		buf_addc(b, '"');
	for (bool first = true; n > 0; first = false) {
		length = found & PART ? part(s, n) : n;
		if (is_formula(s, n, first))
			buf_addc(b, '\'');
		if (quote)
			add_quoted(b, s, length);
		else
			buf_add(b, s, length);
		s += length;
		n -= length;
	}
	if (quote)
		buf_addc(b, '"');
}

const char *
csv_unguard(struct arena *a, const char *s, size_t *n)
{
	char	*out = NULL;
	size_t	 len = 0, length;

	if (memchr(s, '\'', *n) == NULL)
		return s;
	for (size_t i = 0; i < *n; i += length) {
		length = part(s + i, *n - i);
		if (s[i] == '\'' && is_formula(s + i, *n - i, i == 0)) {
			if (out == NULL) {
				out = arena_strndup(a, s, *n);
				len = i;
			}
			memcpy(out + len, s + i + 1, length - 1);
			len += length - 1;
		} else if (out != NULL) {
			memcpy(out + len, s + i, length);
			len += length;
		}
	}
	if (out == NULL)
		return s;
	out[len] = '\0';
	*n = len;
	return out;
}
