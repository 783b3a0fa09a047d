/*
 * Reads an election, method and party from a heading, a cell or an entry of a
 * list.  history.c decides which cells to read.
 */
#include <ctype.h>

#include "ballot.h"
#include "core/text.h"
#include "date_text.h"

#define TEXT_MAX	255	/* bytes of a text that are looked at */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

const char *
ballot_kind(const char *s, size_t n, const struct value *kinds)
{
	/* The first word that occurs decides. */
	static const struct {
		const char	*word, *kind;
	} words[] = {
		{ "runoff", "runoff" }, { "run-off", "runoff" },
		{ "run off", "runoff" }, { "second primary", "runoff" },
		{ "special", "special" }, { "municipal", "municipal" },
		{ "village", "municipal" }, { "town", "municipal" },
		{ "city", "municipal" }, { "primary", "primary" },
		{ "general", "general" },
	};
	const struct value	*v = kinds;
	char			 text[TEXT_MAX + 1];

	for (; v != NULL && v->from != NULL; v = v->next)
		if (text_is(s, n, v->from))
			return v->to;
	if (n > TEXT_MAX)
		n = TEXT_MAX;
	memcpy(text, s, n);
	text[n] = '\0';
	text_lower(text, n);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strstr(text, words[i].word) != NULL)
			return words[i].kind;
	return v != NULL ? v->to : NULL;
}

bool
ballot_date(struct ballot *b, struct arena *a, const char *s, size_t n,
    enum date_order order, const char *today)
{
	char	 out[11];

	switch (date_read(s, n, order, today, out, NULL)) {
	case DATE_OK:
		b->date = arena_strdup(a, out);
		break;
	case DATE_YEAR:
		b->date = NULL;
		break;
	default:
		return false;
	}
	b->year = (int)strtol(out, NULL, 10);
	return b->year >= 1850 && b->year <= 2200;
}

void
ballot_complete(struct ballot *b, struct arena *a)
{
	int	 y = b->year, first;

	if (b->date != NULL || y % 2 != 0 || strcmp(b->kind, "general") != 0)
		return;
	/* The weekday of 1 November, 0 for Sunday, by Sakamoto's method; the
	 * election is on the day after the first Monday. */
	first = (y + y / 4 - y / 100 + y / 400 + 2 + 1) % 7;
	b->date = arena_printf(a, "%04d-11-%02d", y, (8 - first) % 7 + 2);
}

/* The parts of a heading that its pattern's placeholders stand for. */
struct match {
	const char	*kind, *date;
	size_t		 nkind, ndate;
};

/*
 * Match text with a pattern.  The text of {kind} is as short as possible, that
 * of the others has a fixed form.
 */
static bool
match(const char *s, const char *p, struct match *m)
{
	static const struct {
		const char	*name;
		size_t		 low, high;
	} marks[] = {
		{ "{kind}", 1, TEXT_MAX }, { "{date}", 6, 10 },
		{ "{year}", 4, 4 }, { "{yy}", 2, 2 },
	};
	size_t	 k = 0, len, name;

	while (k < ARRAY_LEN(marks) && strncmp(p, marks[k].name,
	    strlen(marks[k].name)) != 0)
		k++;
	if (k == ARRAY_LEN(marks))
		return *p == '\0' ? *s == '\0' : tolower((unsigned char)*s) ==
		    tolower((unsigned char)*p) && match(s + 1, p + 1, m);
	name = strlen(marks[k].name);
	for (len = 0; s[len] != '\0' && len < marks[k].high; len++) {
		if (k == 0 ? is_digit(s[len]) : k == 1 ? !is_digit(s[len]) &&
		    strchr("/-.", s[len]) == NULL : !is_digit(s[len]))
			break;
		if (len + 1 < marks[k].low || !match(s + len + 1, p + name, m))
			continue;
		if (k == 0) {
			m->kind = s;
			m->nkind = len + 1;
		} else {
			m->date = s;
			m->ndate = len + 1;
		}
		return true;
	}
	return false;
}

bool
ballot_heading(struct ballot *b, struct arena *a, const char *heading,
    const char *pattern, const struct value *kinds, enum date_order order,
    const char *today)
{
	struct match	 m = { 0 };
	const char	*date;

	if (!match(heading, pattern, &m) || m.kind == NULL || m.date == NULL)
		return false;
	text_trim(&m.kind, &m.nkind);
	if ((b->kind = ballot_kind(m.kind, m.nkind, kinds)) == NULL)
		return false;
	date = m.ndate == 2 ? arena_printf(a, "20%.2s", m.date) : m.date;
	if (!ballot_date(b, a, date, m.ndate == 2 ? 4 : m.ndate, order, today))
		return false;
	b->name = heading;
	ballot_complete(b, a);
	return true;
}

/* Return the length of the date or year at s, 0 if there is none. */
static size_t
date_length(const char *s, const char *end)
{
	size_t	 n = 0;

	while (s + n < end && (is_digit(s[n]) || (n > 0 && strchr("/-",
	    s[n]) != NULL && s + n + 1 < end && is_digit(s[n + 1]))))
		n++;
	return n == 2 || n == 4 || (n >= 6 && n <= 10) ? n : 0;
}

bool
ballot_entry(struct ballot *b, struct arena *a, const char *s, size_t n,
    const struct value *kinds, enum date_order order, const char *today)
{
	const char	*open = memrchr(s, '(', n), *end = s + n, *at;
	const char	*rest;
	size_t		 len = 0, m;
	char		*text;

	if (open != NULL && end[-1] == ')' && end - open <= 10) {
		b->method = arena_strndup(a, open + 1,
		    (size_t)(end - open) - 2);
		end = open;
	}
	for (at = s; at < end; at++)
		if ((at == s || !isalnum((unsigned char)at[-1])) &&
		    (len = date_length(at, end)) > 0)
			break;
	if (len == 0 || !ballot_date(b, a, len == 2 ? arena_printf(a, "20%.2s",
	    at) : at, len == 2 ? 4 : len, order, today))
		return false;
	text = arena_alloc(a, n + 1);
	m = (size_t)(at - s);
	memcpy(text, s, m);
	memcpy(text + m, at + len, (size_t)(end - at) - len);
	m += (size_t)(end - at) - len;
	rest = text;
	text_trim(&rest, &m);
	while (m > 0 && rest[m - 1] == ',')
		m--;
	text_trim(&rest, &m);
	b->kind = ballot_kind(rest, m, kinds);
	if (b->kind == NULL)
		b->kind = "special";
	/* A code is not a name. */
	b->name = m > 3 ? arena_strndup(a, rest, m) : NULL;
	ballot_complete(b, a);
	return true;
}
