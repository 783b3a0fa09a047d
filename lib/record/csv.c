/* Comma-separated values. */
#include "csv.h"

/* Would a spreadsheet take it for a formula (OWASP: CSV injection)? */
static bool
is_formula(const char *s, size_t n)
{
	size_t	 digits = 1;

	if (n == 0 || strchr("=+-@\t\r", s[0]) == NULL)
		return false;
	if (s[0] != '+' && s[0] != '-')
		return true;
	while (digits < n && s[digits] >= '0' && s[digits] <= '9')
		digits++;
	return digits < n || n == 1;
}

void
csv_add_cell(struct buf *b, const char *s, size_t n)
{
	const char	*p;
	bool		 guard, quote = false;

	if (s == NULL || n == 0)
		return;
	guard = is_formula(s, n);
	for (size_t i = 0; i < n && !quote; i++)
		quote = strchr(",\"\r\n", s[i]) != NULL;
	/* White space at the ends is part of the value. */
	quote |= s[0] == ' ' || s[n - 1] == ' ';
	if (quote)
		buf_addc(b, '"');
	if (guard)
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
