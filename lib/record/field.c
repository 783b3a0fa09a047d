/* Validates and normalises one value of each kind.  rec.c has records. */
#include <ctype.h>

#include "core/text.h"
#include "field.h"
#include "state.h"

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

static int
check_date(const struct field *f, struct arena *a, const char *s, size_t n,
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

static int
check_time(const struct field *f, struct arena *a, const char *s, size_t n,
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

/*
 * Is this an e-mail address: local part, @, and a domain of at least two
 * labels?  Comments and quoted local parts (RFC 5321) are not supported.
 */
static bool
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

/*
 * Return a ZIP code as 12345 or 12345-6789.  A leading zero that a spreadsheet
 * removed is added.  Any other text is returned unchanged.
 */
static const char *
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

static int
check_choice(const struct field *f, const char *s, size_t n, const char **out,
    struct err *e)
{
	char	 list[96] = "";
	size_t	 used = 0;

	for (size_t i = 0; f->choices[i] != NULL; i++) {
		if (text_is(s, n, f->choices[i])) {
			*out = f->choices[i];
			return 0;
		}
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used,
			    sizeof(list) - used, "%s%s", i > 0 ? ", " : "",
			    f->choices[i]);
	}
	return err_field(e, f->name, "invalid_choice", "%s must be one of %s.",
	    f->name, list);
}

static int
check_int(const struct field *f, struct arena *a, const char *s, size_t n,
    const char **out, struct err *e)
{
	int64_t	 value;

	if (!text_int64(s, n, &value))
		return err_field(e, f->name, "invalid_integer",
		    "%s must be a whole number.", f->name);
	if ((f->low != 0 || f->high != 0) &&
	    (value < f->low || value > f->high))
		return err_field(e, f->name, "out_of_range",
		    "%s must be from %lld to %lld.", f->name,
		    (long long)f->low, (long long)f->high);
	*out = arena_printf(a, "%lld", (long long)value);
	return 0;
}

static int
check_url(const struct field *f, struct arena *a, const char *s, size_t n,
    const char **out, struct err *e)
{
	size_t	 scheme = n > 8 && text_is(s, 8, "https://") ? 8 :
		    n > 7 && text_is(s, 7, "http://") ? 7 : 0;

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == '\\' ||
		    s[i] == '"' || s[i] == '<' || s[i] == '>')
			scheme = 0;
	/* user@host would hide the real host. */
	if (scheme > 0 && s[scheme] == '/')
		scheme = 0;
	for (size_t i = scheme; scheme > 0 && i < n &&
	    strchr("/?#", s[i]) == NULL; i++)
		if (s[i] == '@')
			scheme = 0;
	if (scheme == 0)
		return err_field(e, f->name, "invalid_url",
		    "%s must be an http or https address.", f->name);
	*out = arena_strndup(a, s, n);
	return 0;
}

static bool
is_break(char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

/* Replace white space that contains a line break or tab by one space. */
static void
one_line(struct arena *a, const char **s, size_t *n)
{
	const char	*end = *s + *n;
	char		*copy, *to;

	for (const char *p = *s; ; p++) {
		if (p == end)
			return;
		if (is_break(*p))
			break;
	}
	copy = to = arena_alloc(a, *n + 1);
	for (const char *p = *s; p < end; p++) {
		if (!is_break(*p)) {
			*to++ = *p;
			continue;
		}
		while (to > copy && to[-1] == ' ')
			to--;
		while (p + 1 < end && (is_break(p[1]) || p[1] == ' '))
			p++;
		*to++ = ' ';
	}
	*to = '\0';
	*s = copy;
	*n = (size_t)(to - copy);
}

int
field_check(const struct field *f, struct arena *a, const char *s, size_t n,
    const char **out, struct err *e)
{
	text_trim(&s, &n);
	if (n == 0) {
		*out = NULL;
		return 0;
	}
	return field_check_trimmed(f, a, s, n, out, e);
}

int
field_check_trimmed(const struct field *f, struct arena *a, const char *s,
    size_t n, const char **out, struct err *e)
{
	const char	*value;
	ptrdiff_t	 chars;
	bool		 truth;

	if ((f->flags & F_LINES) == 0)
		one_line(a, &s, &n);
	if ((chars = text_utf8_length(s, n)) == -1)
		return err_field(e, f->name, "invalid_text",
		    "%s is not valid UTF-8.", f->name);
	if (text_has_control(s, n, (f->flags & F_LINES) != 0))
		return err_field(e, f->name, "invalid_text",
		    "%s must not contain control characters.", f->name);
	if (f->max > 0 && (size_t)chars > f->max)
		return err_field(e, f->name, "too_long",
		    "%s must have at most %zu characters.", f->name, f->max);

	switch (f->kind) {
	case KIND_INT:
		return check_int(f, a, s, n, out, e);
	case KIND_BOOL:
		if (!text_bool(s, n, &truth))
			return err_field(e, f->name, "invalid_boolean",
			    "%s must be true or false.", f->name);
		*out = truth ? "t" : "f";
		return 0;
	case KIND_EMAIL:
		if (!email_valid(s, n)) {
			if (f->flags & F_ANY)
				break;
			return err_field(e, f->name, "invalid_email",
			    "%s is not an e-mail address.", f->name);
		}
		value = arena_strndup(a, s, n);
		text_lower((char *)(uintptr_t)value, n);
		*out = value;
		return 0;
	case KIND_PHONE:
		if ((value = phone_e164(a, s, n)) == NULL)
			value = arena_strndup(a, s, n);
		*out = value;
		return 0;
	case KIND_ZIP:
		*out = zip_normal(a, s, n);
		return 0;
	case KIND_STATE:
		if ((value = state_code(s, n)) == NULL)
			value = arena_strndup(a, s, n);
		*out = value;
		return 0;
	case KIND_DATE:
		return check_date(f, a, s, n, out, e);
	case KIND_TIME:
		return check_time(f, a, s, n, out, e);
	case KIND_CHOICE:
		return check_choice(f, s, n, out, e);
	case KIND_URL:
		return check_url(f, a, s, n, out, e);
	case KIND_TEXT:
	case KIND_OBJECT:
	case KIND_LIST:
	case KIND_TEXTS:
	case KIND__MAX:
		break;
	}
	*out = arena_strndup(a, s, n);
	return 0;
}
