/* Dates and lists as voter files write them. */
#include <ctype.h>

#include "core/text.h"
#include "normalise.h"
#include "record/json.h"
#include "record/texts.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Is the date withheld: a word such as "unknown", or only X, #, * or zeros? */
static bool
is_hidden(const char *s, size_t n)
{
	static const char *const words[] = { "unknown", "n/a", "na", "none",
			    "null", "redacted", "confidential", "-", "." };
	bool	 zeros = true, marks = true;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_is(s, n, words[i]))
			return true;
	if (n < 4)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool	 sep = strchr("/-. :", s[i]) != NULL && s[i] != '\0';

		zeros &= s[i] == '0' || sep;
		marks &= sep || s[i] == 'X' || s[i] == 'x' || s[i] == '#' ||
		    s[i] == '*';
	}
	return zeros || marks;
}

/*
 * Return the length without a time of day at the end, such as " 0:00:00" or
 * "T00:00", which voter files add to dates.
 */
static size_t
without_clock(const char *s, size_t n)
{
	for (size_t i = 4; i < n; i++)
		if (s[i] == ' ' || s[i] == 'T') {
			for (size_t k = i + 1; k < n; k++)
				if (!is_digit(s[k]) && strchr(":.Z APMapm+-",
				    s[k]) == NULL)
					return n;
			return i;
		}
	return n;
}

/*
 * Return the full year of a two-digit year: the latest that is not after
 * today.
 */
static int
century(int year, int month, int day, const char *today)
{
	int	 now = (today[0] - '0') * 1000 + (today[1] - '0') * 100 +
		    (today[2] - '0') * 10 + (today[3] - '0');
	int	 full = now / 100 * 100 + year;
	int	 this_month = (today[5] - '0') * 10 + (today[6] - '0');
	int	 this_day = (today[8] - '0') * 10 + (today[9] - '0');

	if (full > now || (full == now && (month > this_month ||
	    (month == this_month && day > this_day))))
		full -= 100;
	return full;
}

static void
put_date(char *out, int year, int month, int day)
{
	out[0] = (char)('0' + year / 1000);
	out[1] = (char)('0' + year / 100 % 10);
	out[2] = (char)('0' + year / 10 % 10);
	out[3] = (char)('0' + year % 10);
	out[4] = out[7] = '-';
	out[5] = (char)('0' + month / 10);
	out[6] = (char)('0' + month % 10);
	out[8] = (char)('0' + day / 10);
	out[9] = (char)('0' + day % 10);
	out[10] = '\0';
}

/* Are eight digits a date that begins with its year? */
static bool
is_year_first(const char *s)
{
	int	 year = (s[0] - '0') * 1000 + (s[1] - '0') * 100 +
		    (s[2] - '0') * 10 + (s[3] - '0');
	int	 month = (s[4] - '0') * 10 + (s[5] - '0');

	return year >= 1800 && year < 2200 && month <= 12;
}

enum date_kind
date_read(const char *s, size_t n, enum date_order order, const char *today,
    char out[11])
{
	int	 part[3] = { 0 }, year, month, day;
	size_t	 len[3] = { 0 }, k = 0;
	bool	 digits = true;

	for (size_t i = 0; i < n; i++)
		digits &= is_digit(s[i]);
	if (digits && n == 4 && (s[0] == '1' || s[0] == '2')) {
		memcpy(out, s, 4);
		out[4] = '\0';
		return DATE_YEAR;
	}
	if (is_hidden(s, n))
		return DATE_HIDDEN;
	if (digits && n == 8) {
		/* 19700203 if that is a day of the last centuries, else
		 * 02031970. */
		if (is_year_first(s)) {
			len[0] = 4;
			len[1] = len[2] = 2;
		} else {
			len[0] = len[1] = 2;
			len[2] = 4;
		}
		for (size_t i = 0; k < 3; k++)
			for (size_t c = 0; c < len[k]; c++)
				part[k] = part[k] * 10 + (s[i++] - '0');
	} else {
		n = without_clock(s, n);
		for (size_t i = 0; i < n; i++) {
			if (is_digit(s[i])) {
				if (++len[k] > 4)
					return DATE_BAD;
				part[k] = part[k] * 10 + (s[i] - '0');
			} else if (strchr("/-.", s[i]) == NULL ||
			    s[i] == '\0' || len[k] == 0 || ++k > 2) {
				return DATE_BAD;
			}
		}
		if (k != 2 || len[2] == 0)
			return DATE_BAD;
	}
	if (len[0] > 2 || (order == DATE_YMD && len[2] <= 2)) {
		year = part[0];
		month = part[1];
		day = part[2];
		k = len[0];
	} else {
		year = part[2];
		month = part[order == DATE_DMY ? 1 : 0];
		day = part[order == DATE_DMY ? 0 : 1];
		k = len[2];
	}
	if (k <= 2)
		year = century(year, month, day, today);
	else if (k != 4)
		return DATE_BAD;
	if (!date_valid(year, month, day))
		return DATE_BAD;
	put_date(out, year, month, day);
	return DATE_OK;
}

int
texts_read(struct arena *a, const struct field *f, const char *s, size_t n,
    const char **out, struct err *e)
{
	struct json_object	*list = NULL, *v;
	struct texts		 t;
	const char		*item;
	size_t			 end;
	int			 rc = 0;

	*out = NULL;
	texts_init(&t, f, a, 64 * 1024);
	if (*s == '[' && json_parse(s, n, &list, e) != 0)
		err_clear(e);
	if (list != NULL) {
		for (size_t i = 0; i < json_object_array_length(list) &&
		    rc == 0; i++) {
			v = json_object_array_get_idx(list, i);
			item = json_object_get_string(v);
			if (item != NULL)
				rc = texts_add(&t, item, strlen(item), e);
		}
	} else {
		for (size_t i = 0; i <= n && rc == 0; i = end + 1) {
			for (end = i; end < n && s[end] != ';'; end++)
				;
			rc = texts_add(&t, s + i, end - i, e);
		}
	}
	if (rc == 0 && t.b.len > 1)
		rc = texts_end(&t, out, e);
	json_object_put(list);
	texts_release(&t);
	return rc;
}
