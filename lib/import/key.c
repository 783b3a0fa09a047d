/*
 * Recognises placeholders and damaged numbers among registration ids.  How keys
 * identify voters is decided in sql/deploy/import_person.sql.
 */
#include <ctype.h>

#include "core/text.h"
#include "key.h"

static const char *const words[] = {
	"n/a", "na", "none", "null", "nil", "\\n", "unknown", "unlisted",
	"blank", "missing", "pending", "not available", "not registered",
	"no id", "tbd"
};

bool
key_is_placeholder(const char *s, size_t n)
{
	bool	 same = true, letters = false;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_is(s, n, words[i]))
			return true;
	for (size_t i = 0; i < n; i++) {
		same &= s[i] == s[0];
		letters |= isalnum((unsigned char)s[i]) ||
		    (unsigned char)s[i] >= 0x80;
	}
	return !letters || (same && (*s == '0' || n >= 4));
}

bool
key_is_rounded(const char *s, size_t n)
{
	size_t	 i = 0, digits;
	bool	 mark = false;

	while (i < n && isdigit((unsigned char)s[i]))
		i++;
	if (i == 0)
		return false;
	if (i < n && (s[i] == '.' || s[i] == ',')) {
		mark = true;
		for (i++; i < n && isdigit((unsigned char)s[i]); i++)
			;
	}
	if (i == n || (s[i] != 'E' && s[i] != 'e'))
		return false;
	if (++i < n && s[i] == '+') {
		mark = true;
		i++;
	}
	/* An id such as 12E45 has neither a decimal mark nor a plus sign. */
	for (digits = 0; i < n && isdigit((unsigned char)s[i]); i++)
		digits++;
	return mark && i == n && (digits == 1 || digits == 2);
}
