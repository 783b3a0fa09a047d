/* Comma-separated values. */
#include "csv.h"

/* Bytes for which a cell needs quotes. */
static const bool special[256] = {
	[','] = true, ['"'] = true, ['\r'] = true, ['\n'] = true,
};

/*
 * Would a spreadsheet take it for a formula (OWASP: CSV injection)?  Marks that
 * stand before one count as well, so that the import, which takes one away, ends
 * where the export began.
 */
static bool
is_formula(const char *s, size_t n)
{
	size_t	 marks = 0, digits;

	while (marks < n && s[marks] == '\'')
		marks++;
	if (marks == n || strchr("=+-@\t\r", s[marks]) == NULL ||
	    s[marks] == '\0')
		return false;
	if (marks > 0 || (s[0] != '+' && s[0] != '-'))
		return true;
	for (digits = 1; digits < n && s[digits] >= '0' && s[digits] <= '9';
	    digits++)
		;
	return digits < n || n == 1;
}

void
csv_add_cell(struct buf *b, const char *s, size_t n)
{
	const char	*p;
	bool		 quote = false;

	if (s == NULL || n == 0)
		return;
	/* White space at the ends is part of the value. */
	quote = s[0] == ' ' || s[n - 1] == ' ';
	for (size_t i = 0; i < n && !quote; i++)
		quote = special[(unsigned char)s[i]];
	if (quote)
		buf_addc(b, '"');
	if (s[0] <= '@' && is_formula(s, n))
		buf_addc(b, '\'');
	if (!quote) {
		buf_add(b, s, n);
		return;
	}
	while ((p = memchr(s, '"', n)) != NULL) {
		buf_add(b, s, (size_t)(p - s) + 1);
		buf_addc(b, '"');
		n -= (size_t)(p - s) + 1;
		s = p + 1;
	}
	buf_add(b, s, n);
	buf_addc(b, '"');
}
