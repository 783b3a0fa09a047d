/*
 * Values that are dates and times, as clients write them.  Dates in voter files
 * are read in import/date_text.c.
 */
#include <ctype.h>

#include "field_part.h"

bool
date_valid(int year, int month, int day)
{
	static const int	 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
				    31, 30, 31 };
	bool			 leap = (year % 4 == 0 && year % 100 != 0) ||
				    year % 400 == 0;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && leap);
}

void
date_today(char *out)
{
	time_t		 now = time(NULL);
	struct tm	 tm;

	gmtime_r(&now, &tm);
	strftime(out, 11, "%Y-%m-%d", &tm);
}

/* Return n digits at s as a number, or -1. */
static int
digits(const char *s, int n)
{
	int	 value = 0;

	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		value = value * 10 + (s[i] - '0');
	}
	return value;
}

/* Does the text begin with a valid date YYYY-MM-DD? */
static bool
date_at(const char *s, size_t n)
{
	return n >= 10 && s[4] == '-' && s[7] == '-' &&
	    date_valid(digits(s, 4), digits(s + 5, 2), digits(s + 8, 2));
}

int
field_date(const struct field *f, struct arena *a, const char *s, size_t n,
    const char **out, struct err *e)
{
	char	 today[11];

	if (n != 10 || !date_at(s, n))
		return err_field(e, f->name, "invalid_date",
		    "%s must be a date such as 2026-01-31.", f->name);
	if (f->flags & F_PAST) {
		date_today(today);
		if (memcmp(s, today, 10) > 0)
			return err_field(e, f->name, "in_the_future",
			    "%s must not be in the future.", f->name);
	}
	*out = arena_strndup(a, s, n);
	return 0;
}

/* Return the end of "HH:MM:SS" or "HH:MM:SS.FFF" at p, or NULL. */
static const char *
skip_clock(const char *p, const char *end)
{
	int	 h, m, s;

	if (end - p < 8 || p[2] != ':' || p[5] != ':')
		return NULL;
	h = digits(p, 2);
	m = digits(p + 3, 2);
	s = digits(p + 6, 2);
	/*
	 * RFC 3339 has leap seconds; PostgreSQL reads :60 as the next minute.
	 */
	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60)
		return NULL;
	p += 8;
	if (p < end && *p == '.') {
		const char	*start = ++p;

		while (p < end && isdigit((unsigned char)*p))
			p++;
		if (p == start || p - start > 9)
			return NULL;
	}
	return p;
}

int
field_time(const struct field *f, struct arena *a, const char *s, size_t n,
    const char **out, struct err *e)
{
	const char	*end = s + n, *p;
	char		*copy, sign, now[20];
	time_t		 limit;
	struct tm	 tm;
	int		 h, m;

	if (n == 10 && date_at(s, n)) {
		copy = arena_printf(a, "%.10sT00:00:00Z", s);
	} else {
		if (n < 19 || !date_at(s, n) ||
		    (s[10] != 'T' && s[10] != 't' && s[10] != ' ') ||
		    (p = skip_clock(s + 11, end)) == NULL)
			goto bad;
		if (p == end || ((*p == 'Z' || *p == 'z') && p + 1 == end)) {
			copy = arena_printf(a, "%.*sZ", (int)(p - s), s);
		} else {
			/* In a query string + is decoded to a space. */
			sign = *p == ' ' ? '+' : *p;
			/* PostgreSQL omits ":00". */
			if ((sign != '+' && sign != '-') ||
			    (end - p != 3 && (end - p != 6 || p[3] != ':')) ||
			    (h = digits(p + 1, 2)) < 0 || h > 15)
				goto bad;
			m = end - p == 6 ? digits(p + 4, 2) : 0;
			if (m < 0 || m > 59)
				goto bad;
			copy = arena_printf(a, "%.*s%c%02d:%02d",
			    (int)(p - s), s, sign, h, m);
		}
		copy[10] = 'T';
	}
	if (f->flags & F_PAST) {
		/* Allow a day, for wrong clocks and time zones. */
		limit = time(NULL) + 24 * 3600;
		gmtime_r(&limit, &tm);
		strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%S", &tm);
		if (memcmp(copy, now, 19) > 0)
			return err_field(e, f->name, "in_the_future",
			    "%s must not be in the future.", f->name);
	}
	*out = copy;
	return 0;
bad:
	return err_field(e, f->name, "invalid_time",
	    "%s must be a time such as 2026-01-31T09:30:00Z.", f->name);
}
