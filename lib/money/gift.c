/*
 * Reading reported gifts: amounts, times and a donor's details.  The sources
 * call it: import/gift_file.c for files, actblue.c for a webhook.
 */
#include <ctype.h>
#include <inttypes.h>

#include "core/text.h"
#include "donor.h"
#include "gift.h"

#define MINOR_MAX	99999999999	/* minor units; the FEC's width */

static const struct field gift_fields[] = {
	GIFT_FIELDS(FIELD_ROW, GIFT)
};

const struct schema gift_schema = {
	.one = "gift",
	.many = "gifts",
	.field = gift_fields,
	.n = ARRAY_LEN(gift_fields),
};

/* The unread rest of a text. */
struct scan {
	const char	*p, *end;
};

static bool
accept(struct scan *s, char c)
{
	if (s->p == s->end || toupper((unsigned char)*s->p) != c)
		return false;
	s->p++;
	return true;
}

/* Read a number of low to high digits. */
static bool
digits(struct scan *s, int low, int high, int *out)
{
	int	 n = 0, value = 0;

	while (n < high && s->p + n < s->end &&
	    isdigit((unsigned char)s->p[n]))
		value = value * 10 + (s->p[n++] - '0');
	if (n < low)
		return false;
	s->p += n;
	*out = value;
	return true;
}

static void
skip_spaces(struct scan *s)
{
	while (s->p < s->end && *s->p == ' ')
		s->p++;
}

/* 2026-05-09 or, as in the United States, 5/9/2026. */
static bool
scan_date(struct scan *s, int *year, int *month, int *day)
{
	struct scan	 start = *s;

	if (digits(s, 4, 4, year) && accept(s, '-') &&
	    digits(s, 2, 2, month) && accept(s, '-') && digits(s, 2, 2, day))
		return date_valid(*year, *month, *day);
	*s = start;
	return digits(s, 1, 2, month) && accept(s, '/') &&
	    digits(s, 1, 2, day) && accept(s, '/') && digits(s, 4, 4, year) &&
	    date_valid(*year, *month, *day);
}

/* 17:33:08.5 or 5:33 PM.  A fraction of a second is left out. */
static bool
scan_clock(struct scan *s, int *hour, int *minute, int *second)
{
	int	 ignored;

	if (!digits(s, 1, 2, hour) || !accept(s, ':') ||
	    !digits(s, 2, 2, minute))
		return false;
	if (accept(s, ':') && !digits(s, 2, 2, second))
		return false;
	if (accept(s, '.') && !digits(s, 1, 9, &ignored))
		return false;
	skip_spaces(s);
	if (s->end - s->p >= 2 && toupper((unsigned char)s->p[1]) == 'M' &&
	    strchr("AaPp", *s->p) != NULL) {
		if (*hour < 1 || *hour > 12)
			return false;
		*hour = *hour % 12 + (toupper((unsigned char)*s->p) == 'P' ?
		    12 : 0);
		s->p += 2;
	}
	return *hour < 24 && *minute < 60 && *second < 60;
}

/* Z, UTC, +05:30 or -0400; no offset at all is "". */
static bool
scan_offset(struct scan *s, struct arena *a, const char **out)
{
	int	 hours, minutes = 0;
	char	 sign;

	*out = "";
	skip_spaces(s);
	if (s->p == s->end)
		return true;
	*out = "Z";
	if (text_is(s->p, (size_t)(s->end - s->p), "utc") ||
	    text_is(s->p, (size_t)(s->end - s->p), "z")) {
		s->p = s->end;
		return true;
	}
	sign = *s->p++;
	if ((sign != '+' && sign != '-') || !digits(s, 2, 2, &hours))
		return false;
	accept(s, ':');
	if ((s->p < s->end && !digits(s, 2, 2, &minutes)) || hours > 14 ||
	    minutes > 59)
		return false;
	*out = arena_printf(a, "%c%02d:%02d", sign, hours, minutes);
	return true;
}

/*
 * Return a time as YYYY-MM-DD HH:MM:SS and the offset, or with day_only as a
 * date; NULL if it is not one.
 */
static const char *
read_time(struct arena *a, const char *text, size_t n, bool day_only)
{
	struct scan	 s = { text, text + n };
	const char	*offset = "";
	int		 year, month, day, hour = 0, minute = 0, second = 0;

	if (!scan_date(&s, &year, &month, &day))
		return NULL;
	if (s.p < s.end && ((!accept(&s, 'T') && !accept(&s, ' ')) ||
	    (skip_spaces(&s), !scan_clock(&s, &hour, &minute, &second)) ||
	    !scan_offset(&s, a, &offset)))
		return NULL;
	if (s.p != s.end)
		return NULL;
	if (day_only)
		return arena_printf(a, "%04d-%02d-%02d", year, month, day);
	return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d%s", year, month,
	    day, hour, minute, second, offset);
}

/* Read an amount with at most two decimals in minor units. */
static bool
read_amount(const char *text, size_t n, int64_t *out)
{
	struct scan	 s = { text, text + n };
	bool		 minus, some = false;
	int64_t		 value = 0;
	int		 decimals = -1;

	minus = accept(&s, '-');
	accept(&s, '$');
	minus |= accept(&s, '-');
	for (; s.p < s.end && value <= MINOR_MAX; s.p++) {
		if (*s.p == ',' && decimals == -1 && some)
			continue;
		if (*s.p == '.' && decimals == -1) {
			decimals = 0;
			continue;
		}
		if (!isdigit((unsigned char)*s.p) || decimals == 2)
			return false;
		value = value * 10 + (*s.p - '0');
		some = true;
		decimals += decimals >= 0;
	}
	for (; decimals < 2; decimals++)
		value *= decimals == -1 ? 1 : 10;
	if (!some || value > MINOR_MAX)
		return false;
	*out = minus ? -value : value;
	return true;
}

/* Currencies of two decimals, in which files may be. */
static bool
is_currency(const char *s)
{
	static const char *const	 known[] = { "usd", "cad", "eur",
					    "gbp", "aud", "nzd", "chf" };

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(known[i], s) == 0)
			return true;
	return false;
}

static const char *
read_currency(struct arena *a, const char *text, size_t n)
{
	char	*lower = arena_strndup(a, text, n);

	text_lower(lower, n);
	return is_currency(lower) ? lower : NULL;
}

/* Country names of the United States become its code, as donors' forms have. */
static const char *
read_country(struct arena *a, const char *text, size_t n)
{
	static const char *const	 names[] = { "us", "usa",
					    "united states",
					    "united states of america" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (text_is(text, n, names[i]))
			return "US";
	return arena_strndup(a, text, n);
}

/* What recurs is described in many ways; what does not, in these. */
static bool
recurs(const char *text, size_t n)
{
	bool	 truth;

	if (text_is(text, n, "once") || text_is(text, n, "none") ||
	    text_is(text, n, "one-time") || text_is(text, n, "one time"))
		return false;
	return !text_bool(text, n, &truth) || (truth && n > 0);
}

static int
set_amount(struct rec *r, size_t i, const char *text, size_t n,
    struct err *e)
{
	int64_t	 value;

	if (!read_amount(text, n, &value))
		return err_field(e, gift_fields[i].name, "invalid",
		    "%s is not an amount.", gift_fields[i].name);
	rec_put(r, i, arena_printf(r->arena, "%" PRId64, value));
	return 0;
}

/*
 * Set a field to a value that was read.  If it is NULL, set the error that the
 * text is not a time, a date or whatever what says.
 */
static int
set_read(struct rec *r, size_t i, const char *value, const char *what,
    struct err *e)
{
	if (value == NULL)
		return err_field(e, gift_fields[i].name, "invalid",
		    "%s is not a %s.", gift_fields[i].name, what);
	rec_put(r, i, value);
	return 0;
}

int
gift_set(struct rec *r, size_t i, const char *text, size_t n, struct err *e)
{
	struct err	 ignored = { 0 };

	switch (i) {
	case GIFT_amount:
	case GIFT_refund_amount:
	case GIFT_conduit_fee:
		return set_amount(r, i, text, n, e);
	case GIFT_paid_at:
	case GIFT_refunded_at:
	case GIFT_canceled_at:
		return set_read(r, i, read_time(r->arena, text, n, false),
		    "time", e);
	case GIFT_disbursed_on:
		return set_read(r, i, read_time(r->arena, text, n, true),
		    "date", e);
	case GIFT_currency:
		return set_read(r, i, read_currency(r->arena, text, n),
		    "currency that files may have", e);
	case GIFT_is_recurring:
		rec_put(r, i, recurs(text, n) ? "t" : "f");
		return 0;
	case GIFT_election:
		/* Other sources have names of elections here. */
		text = arena_strndup(r->arena, text, n);
		if (election_check(text, &ignored) == 0)
			rec_put(r, i, text);
		return 0;
	case GIFT_address_country:
		text = read_country(r->arena, text, n);
		return rec_set(r, i, text, strlen(text), e);
	default:
		return rec_set(r, i, text, n, e);
	}
}

bool
gift_optional(size_t i)
{
	switch (i) {
	case GIFT_external_id:
	case GIFT_external_order:
	case GIFT_amount:
	case GIFT_currency:
	case GIFT_paid_at:
	case GIFT_refunded_at:
	case GIFT_refund_id:
	case GIFT_refund_amount:
	case GIFT_canceled_at:
		return false;
	default:
		return true;
	}
}

static int
missing(size_t i, struct err *e)
{
	return err_field(e, gift_fields[i].name, "missing", "%s is missing.",
	    gift_fields[i].name);
}

/* A refund's amount may be negative.  Drop the sign of field i. */
static void
unsign(struct rec *r, size_t i)
{
	if (r->value[i] != NULL && *r->value[i] == '-')
		r->value[i]++;
}

int
gift_complete(struct rec *r, struct err *e)
{
	const char	*const *v = r->value;

	if (v[GIFT_external_id] == NULL && v[GIFT_canceled_at] != NULL)
		return v[GIFT_external_order] != NULL ? 0 :
		    missing(GIFT_external_order, e);
	if (v[GIFT_external_id] == NULL)
		return missing(GIFT_external_id, e);
	if (v[GIFT_amount] == NULL)
		return missing(GIFT_amount, e);
	if (v[GIFT_paid_at] == NULL)
		return missing(GIFT_paid_at, e);
	if (v[GIFT_refunded_at] != NULL) {
		unsign(r, GIFT_amount);
		unsign(r, GIFT_refund_amount);
	}
	for (size_t i = GIFT_amount; i <= GIFT_refund_amount; i++)
		if (gift_fields[i].kind == KIND_INT && v[i] != NULL &&
		    (*v[i] == '-' || strcmp(v[i], "0") == 0))
			return err_field(e, gift_fields[i].name,
			    "out_of_range", "%s must be more than 0.",
			    gift_fields[i].name);
	/* A gift that ends a series and a payment are two reports. */
	r->value[GIFT_canceled_at] = NULL;
	if (v[GIFT_currency] == NULL)
		rec_put(r, GIFT_currency, "usd");
	return 0;
}
