/* Splitting a person's full name in one cell.  Nothing else about names. */
#include "core/text.h"
#include "name_text.h"

#define WORDS	24	/* of a name; the rest belongs to the last */

struct word {
	const char	*s;
	size_t		 n;
};

struct words {
	struct word	 w[WORDS];
	size_t		 from, to;	/* those that are not used yet */
};

static const char *const titles[] = { "mr", "mrs", "ms", "miss", "mx", "dr",
		    "rev", "hon", "prof", NULL };
static const char *const suffixes[] = { "jr", "sr", "ii", "iii", "iv", "2nd",
		    "3rd", "4th", "esq", "md", "phd", "dds", NULL };
/* Words that belong to the last name that follows them. */
static const char *const particles[] = { "de", "del", "della", "la", "las",
		    "los", "da", "das", "do", "dos", "di", "du", "van",
		    "von", "der", "den", "ter", "ten", "st", "bin", "ibn",
		    "al", "el", "le", "mac", "y", NULL };

/* Is the word in the list, without regard to case and full stops? */
static bool
is_one_of(const struct word *w, const char *const *list)
{
	char	 plain[8];
	size_t	 n = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (w->s[i] == '.')
			continue;
		if (n == sizeof(plain))
			return false;
		plain[n++] = w->s[i];
	}
	for (; *list != NULL; list++)
		if (text_is(plain, n, *list))
			return true;
	return false;
}

static bool
is_gap(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

static void
split(const char *s, size_t n, struct words *list)
{
	const char	*end = s + n;

	list->from = list->to = 0;
	while (s < end) {
		struct word	*w = &list->w[list->to];

		if (is_gap(*s)) {
			s++;
			continue;
		}
		w->s = s;
		while (s < end && !is_gap(*s))
			s++;
		w->n = (size_t)(s - w->s);
		if (++list->to == WORDS) {
			w->n = (size_t)(end - w->s);
			break;
		}
	}
}

/* Return the words from one to another as a text; NULL if there are none. */
static const char *
join(struct arena *a, const struct words *list, size_t from, size_t to)
{
	char	*out, *p;
	size_t	 n = 0;

	if (from >= to)
		return NULL;
	for (size_t i = from; i < to; i++)
		n += list->w[i].n + 1;
	out = p = arena_alloc(a, n);
	for (size_t i = from; i < to; i++) {
		memcpy(p, list->w[i].s, list->w[i].n);
		p += list->w[i].n;
		*p++ = ' ';
	}
	p[-1] = '\0';
	return out;
}

/* Take suffixes from the end, unless that leaves fewer than keep words. */
static void
take_suffix(struct arena *a, struct words *list, size_t keep,
    struct name *name)
{
	size_t	 to = list->to;

	while (to > list->from + keep && is_one_of(&list->w[to - 1], suffixes))
		to--;
	if (to < list->to && name->suffix == NULL) {
		name->suffix = join(a, list, to, list->to);
		list->to = to;
	}
}

static void
take_title(struct words *list)
{
	if (list->to - list->from > 1 &&
	    is_one_of(&list->w[list->from], titles))
		list->from++;
}

/* The last name comes first. */
static void
last_first(struct arena *a, struct words *last, struct words *rest,
    struct name *name)
{
	take_suffix(a, rest, 0, name);
	take_suffix(a, last, 1, name);
	name->last = join(a, last, last->from, last->to);
	/* "SMITH, JR, JOHN A": the suffix is between both. */
	if (name->suffix == NULL && rest->to - rest->from > 1 &&
	    is_one_of(&rest->w[rest->from], suffixes)) {
		name->suffix = join(a, rest, rest->from, rest->from + 1);
		rest->from++;
	}
	take_title(rest);
	if (rest->from < rest->to)
		name->first = join(a, rest, rest->from, rest->from + 1);
	name->middle = join(a, rest, rest->from + 1, rest->to);
}

static void
first_last(struct arena *a, struct words *list, struct name *name)
{
	size_t	 last;

	take_title(list);
	take_suffix(a, list, 1, name);
	if (list->from == list->to)
		return;
	last = list->to - 1;
	while (last > list->from + 1 &&
	    is_one_of(&list->w[last - 1], particles))
		last--;
	name->last = join(a, list, last, list->to);
	if (last > list->from)
		name->first = join(a, list, list->from, list->from + 1);
	name->middle = join(a, list, list->from + 1, last);
}

void
name_split(struct arena *a, const char *s, size_t n, struct name *name)
{
	const char	*comma = memchr(s, ',', n);
	struct words	 first, rest;
	bool		 only_suffix = true;

	*name = (struct name){ 0 };
	if (comma == NULL) {
		split(s, n, &first);
		first_last(a, &first, name);
		return;
	}
	split(s, (size_t)(comma - s), &first);
	split(comma + 1, n - (size_t)(comma + 1 - s), &rest);
	for (size_t i = 0; i < rest.to; i++)
		only_suffix &= is_one_of(&rest.w[i], suffixes);
	if (!only_suffix) {
		last_first(a, &first, &rest, name);
		return;
	}
	/* "John A. Smith, Jr." */
	name->suffix = join(a, &rest, 0, rest.to);
	first_last(a, &first, name);
}
