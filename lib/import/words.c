/*
 * Words for "nothing" in cells, and additions that spreadsheets make.  Words
 * with a meaning are in common_value.c.
 */
#include "core/text.h"
#include "words.h"

bool
word_is_nothing(const char *s, size_t n, bool name)
{
	switch (n) {
	case 1:
		return *s == '-';
	case 2:
		return *s == '\\' && text_is(s, 2, "\\n");
	case 3:
		return text_is(s, 3, "n/a");
	case 4:
		return (*s == 'n' || (*s == 'N' && (!name || s[1] < 'a'))) &&
		    (text_is(s, 4, "null") || text_is(s, 4, "none"));
	default:
		return false;
	}
}

void
word_unwrap(const char **s, size_t *n)
{
	if (*n < 3 || (*s)[0] != '=' || (*s)[1] != '"' ||
	    (*s)[*n - 1] != '"' ||
	    memchr(*s + 2, '"', *n - 3) != NULL)
		return;
	*s += 2;
	*n -= 3;
	text_trim(s, n);
}

size_t
word_without_fraction(const char *s, size_t n)
{
	size_t	 whole = n;

	while (whole > 0 && s[whole - 1] == '0')
		whole--;
	if (whole < 2 || whole == n || s[whole - 1] != '.')
		return n;
	for (size_t i = 0; i < whole - 1; i++)
		if (s[i] < '0' || s[i] > '9')
			return n;
	return whole - 1;
}
