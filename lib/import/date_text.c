/*
 * Reading one date as voter files write it.  date_order.c decides the order of
 * day and month; dates of clients are read in record/field_date.c.
 */
#include <ctype.h>

#include "core/text.h"
#include "date_text.h"
#include "words.h"

#define YEAR_FIRST	1700	/* years that a file can mean */
#define YEAR_LAST	2200

/* Up to three numbers with separators, as they are written. */
struct parts {
	int	 value[3];
	size_t	 len[3];	/* digits */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_separator(char c)
{
	return c == '/' || c == '-' || c == '.';
}

/* Is it a word such as "unknown"? */
static bool
is_word(const char *s, size_t n)
{
	static const char *const words[] = { "unknown", "na", "redacted",
			    "confidential", "withheld", ".", "0" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_is(s, n, words[i]))
			return true;
	return false;
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

/* Return n digits at s as a number. */
static int
number(const char *s, size_t n)
{
	int	 value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (s[i] - '0');
	return value;
}

/*
 * Return the full year of a two-digit year: the latest that is not after
 * today.
 */
static int
century(int year, int month, int day, const char *today)
{
	int	 now = number(today, 4), full = now / 100 * 100 + year;
	int	 this_month = number(today + 5, 2);
	int	 this_day = number(today + 8, 2);

	if (full > now || (full == now && (month > this_month ||
	    (month == this_month && day > this_day))))
		full -= 100;
	return full;
}

static void
put_number(char *out, int value, int digits)
{
	while (digits-- > 0) {
		out[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

static enum date_kind
put_date(char *out, int year, int month, int day)
{
	if (year < YEAR_FIRST || !date_valid(year, month, day))
		return DATE_BAD;
	put_number(out, year, 4);
	put_number(out + 5, month, 2);
	put_number(out + 8, day, 2);
	out[4] = out[7] = '-';
	out[10] = '\0';
	return DATE_OK;
}

static enum date_kind
put_year(char *out, int year, enum date_kind kind)
{
	put_number(out, year, 4);
	out[4] = '\0';
	return kind;
}

/*
 * A spreadsheet's number of a day: five digits, from 1927 to 2064.  Day 25569
 * is 1970-01-01.
 */
static enum date_kind
read_day_number(const char *s, char *out)
{
	time_t		 t = ((time_t)number(s, 5) - 25569) * 86400;
	struct tm	 tm;

	if (number(s, 5) < 10000 || number(s, 5) > 60000)
		return DATE_BAD;
	gmtime_r(&t, &tm);
	return put_date(out, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* Is it 25569, or 25569.75 with a time of day? */
static bool
is_day_number(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_digit(s[i]) && (i != 5 || s[i] != '.' || n == 6))
			return false;
	return n >= 5 && is_digit(s[4]) && (n == 5 || s[5] == '.');
}

static bool
split(const char *s, size_t n, struct parts *p)
{
	size_t	 k = 0;

	*p = (struct parts){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (is_digit(s[i])) {
			if (++p->len[k] > 4)
				return false;
			p->value[k] = p->value[k] * 10 + (s[i] - '0');
		} else if (!is_separator(s[i]) || p->len[k] == 0 || ++k > 2) {
			return false;
		}
	}
	return k == 2 && p->len[2] > 0;
}

/* Split 19700203 if its first digits can be a year, else 02031970. */
static void
split_digits(const char *s, struct parts *p)
{
	int	 year = number(s, 4);
	size_t	 first = year >= YEAR_FIRST && year <= YEAR_LAST &&
		    number(s + 4, 2) <= 12 ? 4 : 2;

	p->len[0] = first;
	p->len[1] = 2;
	p->len[2] = 6 - first;
	for (size_t k = 0; k < 3; k++) {
		p->value[k] = number(s, p->len[k]);
		s += p->len[k];
	}
}

/* Which orders does a date allow whose year comes last? */
static enum date_sign
sign_of(const struct parts *p)
{
	int	 a = p->value[0], b = p->value[1];

	if (a < 1 || b < 1 || a > 31 || b > 31 || a == b ||
	    (a > 12 && b > 12))
		return DATE_NO_SIGN;
	return a > 12 ? DATE_DAY_FIRST : b > 12 ? DATE_MONTH_FIRST :
	    DATE_EITHER;
}

static enum date_kind
read_parts(const struct parts *p, enum date_order order, const char *today,
    char *out, enum date_sign *sign)
{
	int	 year = p->value[2], month = p->value[0], day = p->value[1];
	size_t	 len = p->len[2];

	if (p->len[0] > 2 || (order == DATE_YMD && len <= 2)) {
		year = p->value[0];
		month = p->value[1];
		day = p->value[2];
		len = p->len[0];
	} else {
		*sign = sign_of(p);
		if (order == DATE_DMY) {
			month = p->value[1];
			day = p->value[0];
		}
	}
	/* 00/00/1970: the office withholds day and month. */
	if (len == 4 && year >= YEAR_FIRST && year <= YEAR_LAST &&
	    (month == 0 || day == 0))
		return put_year(out, year, DATE_PARTIAL);
	if (len <= 2)
		year = century(year, month, day, today);
	else if (len != 4)
		return DATE_BAD;
	return put_date(out, year, month, day);
}

/* Return the month that n letters name, such as "Feb", or 0. */
static int
month_of(const char *s, size_t n)
{
	static const char *const months[] = { "january", "february", "march",
			    "april", "may", "june", "july", "august",
			    "september", "october", "november", "december" };

	for (int i = 0; i < 12 && n >= 3; i++)
		for (size_t k = 0; k < n; k++) {
			if (tolower((unsigned char)s[k]) != months[i][k])
				break;
			if (k + 1 == n)
				return i + 1;
		}
	return 0;
}

/* Return the number of letters at the beginning of a text. */
static size_t
letters(const char *s, size_t n)
{
	size_t	 i = 0;

	while (i < n && isalpha((unsigned char)s[i]))
		i++;
	return i;
}

static size_t
digits(const char *s, size_t n)
{
	size_t	 i = 0;

	while (i < n && is_digit(s[i]))
		i++;
	return i;
}

/* Read a date with the name of its month: 3-Feb-1970, February 3, 1970. */
static enum date_kind
read_named(const char *s, size_t n, const char *today, char *out)
{
	int	 month = 0, value[2];
	size_t	 len[2] = { 0 }, k = 0, at = 0, run;

	while (at < n && (k < 2 || month == 0)) {
		run = letters(s + at, n - at);
		if (run > 0 && (month != 0 ||
		    (month = month_of(s + at, run)) == 0))
			return DATE_BAD;
		at += run;
		run = digits(s + at, n - at);
		if (run > 0) {
			if (k == 2 || run > 4 || run == 3)
				return DATE_BAD;
			value[k] = number(s + at, run);
			len[k++] = run;
			at += run;
		} else if (at < n && !isalpha((unsigned char)s[at])) {
			if (!is_separator(s[at]) && s[at] != ' ' &&
			    s[at] != ',')
				return DATE_BAD;
			at++;
		}
	}
	if (k < 2 || month == 0 || len[0] + len[1] < 3 ||
	    (at < n && without_clock(s, n) > at))
		return DATE_BAD;
	/* The day comes before the year, unless the year has four digits. */
	run = len[0] == 4;
	if (len[!run] <= 2)
		value[!run] = century(value[!run], month, value[run], today);
	return put_date(out, value[!run], month, value[run]);
}

/* What a part of a date is that is not a plain date. */
enum part { PART_BAD, PART_NUMBER, PART_YEAR, PART_MASKED };

static enum part
part_of(const char *s, size_t n)
{
	bool	 zeros = true, marked = false;

	for (size_t i = 0; i < n; i++) {
		zeros &= s[i] == '0';
		if (!is_digit(s[i])) {
			if (s[i] == '\0' || strchr("Xx#*?", s[i]) == NULL)
				return PART_BAD;
			marked = true;
		}
	}
	if (n > 0 && (zeros || marked))
		return PART_MASKED;
	if (n == 4 && number(s, 4) >= YEAR_FIRST && number(s, 4) <= YEAR_LAST)
		return PART_YEAR;
	return (n == 1 || n == 2) && number(s, n) <= 31 ? PART_NUMBER :
	    PART_BAD;
}

/*
 * Read a date that is withheld, all of it or day and month: XX-XX-XXXX,
 * XX/XX/1970, 1970-02-XX; or 02/1970.
 */
static enum date_kind
read_masked(const char *s, size_t n, char *out)
{
	size_t	 count[PART_MASKED + 1] = { 0 }, start = 0;
	int	 year = 0;

	for (size_t i = 0; i <= n; i++) {
		enum part	 part;

		if (i < n && !is_separator(s[i]) && s[i] != ' ' &&
		    s[i] != ':')
			continue;
		part = part_of(s + start, i - start);
		count[part]++;
		if (part == PART_YEAR)
			year = number(s + start, 4);
		start = i + 1;
	}
	if (n < 4 || count[PART_BAD] > 0 || count[PART_YEAR] > 1)
		return DATE_BAD;
	if (year > 0 && (count[PART_MASKED] > 0 || count[PART_NUMBER] == 1))
		return put_year(out, year, DATE_PARTIAL);
	return count[PART_MASKED] > 0 ? DATE_HIDDEN : DATE_BAD;
}

enum date_kind
date_read(const char *s, size_t n, enum date_order order, const char *today,
    char out[11], enum date_sign *sign)
{
	enum date_sign	 ignored;
	enum date_kind	 kind = DATE_BAD;
	struct parts	 p;
	size_t		 len = without_clock(s, n);

	if (sign == NULL)
		sign = &ignored;
	*sign = DATE_NO_SIGN;
	if (split(s, len, &p)) {
		kind = read_parts(&p, order, today, out, sign);
		n = len;
	} else {
		len = word_without_fraction(s, n);
		n = digits(s, len);
		if (n == len && n == 8) {
			split_digits(s, &p);
			kind = read_parts(&p, order, today, out, sign);
		} else if (n == len && n == 4 && (*s == '1' || *s == '2')) {
			return put_year(out, number(s, 4), DATE_YEAR);
		} else if (is_day_number(s, len)) {
			kind = read_day_number(s, out);
		} else if (n < len) {
			kind = read_named(s, len, today, out);
		}
		n = len;
	}
	if (kind == DATE_BAD)
		kind = is_word(s, n) ? DATE_HIDDEN : read_masked(s, n, out);
	return kind;
}
