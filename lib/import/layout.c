/*
 * What all layouts share: defaults, fields, replacements.  layout_file.c,
 * layout_parse.c and layout_map.c read them.
 */
#include "core/text.h"
#include "heading.h"
#include "layout.h"

void
layout_init(struct layout *l)
{
	memset(l, 0, sizeof(*l));
	l->header = l->quote = l->order = -1;
}

bool
layout_may_set(size_t field)
{
	return (voter_schema.field[field].flags & F_SERVER) == 0 &&
	    field != VOTER_source_campaign_id;
}

int
layout_field(const char *name)
{
	int	 i = schema_find(&voter_schema, name, strlen(name));

	return i != -1 && layout_may_set((size_t)i) ? i : -1;
}

const char *
layout_word(struct arena *a, const char **at, char sep)
{
	const char	*s = *at, *end = strchr(s, sep);
	size_t		 n = end != NULL ? (size_t)(end - s) : strlen(s);

	*at = end != NULL ? end + 1 : s + n;
	text_trim(&s, &n);
	return arena_strndup(a, s, n);
}

/* Add a span of characters, counted from 1, unless the list has it. */
static const char *
add_span(struct layout *l, int64_t first, int64_t last, struct origin *o)
{
	struct span	 span = { .start = (size_t)first - 1,
			    .n = (size_t)(last - first) + 1 };
	size_t		 i = 0;

	while (i < l->nspan && (l->span[i].start != span.start ||
	    l->span[i].n != span.n))
		i++;
	if (i == LAYOUT_SPANS)
		return "is one column more than a layout may have";
	l->span[i] = span;
	if (i == l->nspan)
		l->nspan++;
	o->position = i + 1;
	return NULL;
}

const char *
layout_origin(struct layout *l, struct origin *o, struct arena *a,
    const char *text)
{
	static const char	 wanted[] = "must be headings, or positions "
				    "such as #3";
	static const char	 fixed[] = "must be positions such as #12-31, "
				    "because the format is fixed";
	const char		*dash = strchr(text, '-');
	size_t			 n = dash != NULL ? (size_t)(dash - text) :
				    strlen(text);
	int64_t			 first, last;

	memset(o, 0, sizeof(*o));
	if (*text == '#') {
		if (!text_int64(text + 1, n - 1, &first) || first < 1)
			return l->fixed ? fixed : wanted;
		last = first;
		if (dash != NULL && (!l->fixed || !text_int64(dash + 1,
		    strlen(dash + 1), &last)))
			return l->fixed ? fixed : "has a span of characters, "
			    "but the format is not fixed";
		if (l->fixed)
			return last < first || last > READER_ROW ? fixed :
			    add_span(l, first, last, o);
		o->position = (size_t)first;
		return first > READER_CELLS ? wanted : NULL;
	}
	if (l->fixed)
		return fixed;
	for (n = 0; *text != '\0'; n++) {
		const char	*w = layout_word(a, &text, '|');

		if (n == RULE_NAMES || *(w = heading_fold(a, w,
		    strlen(w))) == '\0')
			return wanted;
		o->name[n] = w;
	}
	return n > 0 ? NULL : wanted;
}

void
layout_add_value(struct rule *r, struct arena *a, const char *from,
    const char *to)
{
	struct value	*v = arena_zalloc(a, sizeof(*v)), **at = &r->values;

	v->from = strcmp(from, "*") == 0 ? NULL : arena_strdup(a, from);
	v->to = arena_strdup(a, to);
	/* In order, except that the one for any other text is the last. */
	while (*at != NULL && (v->from == NULL || (*at)->from != NULL))
		at = &(*at)->next;
	v->next = *at;
	*at = v;
}
