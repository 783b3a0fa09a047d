/*
 * Values by which people are contacted: e-mail, telephone, ZIP code.  Forms
 * that only voter files have are read in import/.
 */
#include <ctype.h>

#include "field_part.h"

bool
email_valid(const char *s, size_t n)
{
	const char	*at = memchr(s, '@', n), *domain;
	size_t		 local, rest, label = 0, dots = 0;

	if (at == NULL || memchr(at + 1, '@', n - (size_t)(at + 1 - s)))
		return false;
	local = (size_t)(at - s);
	domain = at + 1;
	rest = n - local - 1;
	if (local < 1 || local > 64 || rest < 3 || rest > 253 ||
	    s[0] == '.' || s[local - 1] == '.')
		return false;
	for (size_t i = 0; i < local; i++)
		if ((unsigned char)s[i] <= ' ' ||
		    strchr("\"(),:;<>[\\]", s[i]) != NULL ||
		    (s[i] == '.' && s[i + 1] == '.'))
			return false;
	for (size_t i = 0; i < rest; i++) {
		unsigned char	 c = (unsigned char)domain[i];

		if (c == '.') {
			if (label == 0 || label > 63 || domain[i - 1] == '-')
				return false;
			dots++;
			label = 0;
		} else if (isalnum(c) || c >= 0x80 || (c == '-' && label > 0)) {
			label++;
		} else {
			return false;
		}
	}
	return dots > 0 && label > 0 && label <= 63 && domain[rest - 1] != '-';
}

/*
 * Can the North American Numbering Plan have this number of ten digits?  Area
 * code and exchange begin with 2 to 9 and do not end in 11, and no area code
 * has a 9 in the middle.  One digit ten times is a placeholder.
 */
static bool
nanp_possible(const char *d)
{
	if (d[0] < '2' || d[1] == '9' || d[3] < '2')
		return false;
	if (memcmp(d + 1, "11", 2) == 0 || memcmp(d + 4, "11", 2) == 0)
		return false;
	return memcmp(d, d + 1, 9) != 0;
}

const char *
phone_e164(struct arena *a, const char *s, size_t n)
{
	char	 number[16];
	size_t	 len = 0;
	bool	 plus = false;

	for (size_t i = 0; i < n; i++) {
		if (isdigit((unsigned char)s[i])) {
			if (len == 15)
				return NULL;
			number[len++] = s[i];
		} else if (s[i] == '+') {
			if (len > 0 || plus)
				return NULL;
			plus = true;
		} else if (strchr(" ()-./\t", s[i]) == NULL || s[i] == '\0') {
			return NULL;
		}
	}
	if (plus && (len == 0 || number[0] != '1'))
		/* ITU-T E.164: at most 15 digits, no country code 0 */
		return len >= 8 && number[0] != '0' ?
		    arena_printf(a, "+%.*s", (int)len, number) : NULL;
	if (!plus && len == 10) {
		memmove(number + 1, number, 10);
		number[0] = '1';
		len = 11;
	}
	if (len != 11 || number[0] != '1' || !nanp_possible(number + 1))
		return NULL;
	return arena_printf(a, "+%.11s", number);
}

const char *
zip_normal(struct arena *a, const char *s, size_t n)
{
	char	 digit[10];
	size_t	 len = 0;

	for (size_t i = 0; i < n; i++) {
		if (isdigit((unsigned char)s[i]) && len < 9)
			digit[len++] = s[i];
		else if ((s[i] != '-' && s[i] != ' ') || i < 4 || i > 5)
			return arena_strndup(a, s, n);
	}
	switch (len) {
	case 4:
		return n == 4 ? arena_printf(a, "0%.4s", digit) :
		    arena_strndup(a, s, n);
	case 5:
		return arena_strndup(a, digit, 5);
	case 8:
		return n > 8 && s[4] != '-' && s[4] != ' ' ?
		    arena_strndup(a, s, n) :
		    arena_printf(a, "0%.4s-%.4s", digit, digit + 4);
	case 9:
		return arena_printf(a, "%.5s-%.4s", digit, digit + 5);
	default:
		return arena_strndup(a, s, n);
	}
}
