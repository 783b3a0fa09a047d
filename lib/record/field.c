/*
 * Validates and normalises the value of a field by its kind.  Dates and times
 * are in field_date.c, addresses and numbers in field_contact.c, records in
 * rec.c.
 */
#include "core/text.h"
#include "field.h"
#include "field_part.h"
#include "state.h"

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

/* Check what applies to the text of every kind. */
static int
check_text(const struct field *f, const char *s, size_t n, struct err *e)
{
	ptrdiff_t	 chars = text_utf8_length(s, n);

	if (chars == -1)
		return err_field(e, f->name, "invalid_text",
		    "%s is not valid UTF-8.", f->name);
	if (text_has_control(s, n, (f->flags & F_LINES) != 0))
		return err_field(e, f->name, "invalid_text",
		    "%s must not contain control characters.", f->name);
	if (f->max > 0 && (size_t)chars > f->max)
		return err_field(e, f->name, "too_long",
		    "%s must have at most %zu characters.", f->name, f->max);
	return 0;
}

static int
check_email(const struct field *f, struct arena *a, const char *s, size_t n,
    const char **out, struct err *e)
{
	bool	 valid = email_valid(s, n);
	char	*value;

	if (!valid && (f->flags & F_ANY) == 0)
		return err_field(e, f->name, "invalid_email",
		    "%s is not an e-mail address.", f->name);
	value = arena_strndup(a, s, n);
	if (valid)
		text_lower(value, n);
	*out = value;
	return 0;
}

int
field_check_trimmed(const struct field *f, struct arena *a, const char *s,
    size_t n, const char **out, struct err *e)
{
	const char	*value;
	bool		 truth;

	if ((f->flags & F_LINES) == 0)
		one_line(a, &s, &n);
	if (check_text(f, s, n, e) != 0)
		return -1;
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
		return check_email(f, a, s, n, out, e);
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
		return field_date(f, a, s, n, out, e);
	case KIND_TIME:
		return field_time(f, a, s, n, out, e);
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
