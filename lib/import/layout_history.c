/*
 * The sections [history] of layouts, and "votes" of mappings.  All other rules
 * are read in layout_parse.c and layout_map.c.
 */
#include "core/text.h"
#include "heading.h"
#include "layout_history.h"
#include "people/election.h"
#include "record/json.h"

static const char *const columns[VOTE_COLUMN__MAX] = {
	[VOTE_COLUMN_ID] = "id", [VOTE_COLUMN_DATE] = "date",
	[VOTE_COLUMN_KIND] = "kind", [VOTE_COLUMN_NAME] = "name",
	[VOTE_COLUMN_METHOD] = "method", [VOTE_COLUMN_PARTY] = "party",
};

static struct history_rules *
rules_of(struct layout *l, struct arena *a)
{
	if (l->history == NULL)
		l->history = arena_zalloc(a, sizeof(*l->history));
	return l->history;
}

static bool
kind_known(const char *kind)
{
	for (size_t i = 0; election_kinds[i] != NULL; i++)
		if (strcmp(election_kinds[i], kind) == 0)
			return true;
	return false;
}

/* Add a replacement to a list.  layout_add_value() needs a rule. */
static void
add_value(struct value **list, struct arena *a, const char *from,
    const char *to)
{
	struct rule	 r = { .values = *list };

	layout_add_value(&r, a, from, to);
	*list = r.values;
}

/* "pattern | pattern": the forms of the headings of elections. */
static const char *
set_patterns(struct history_rules *h, struct arena *a, const char *value)
{
	while (*value != '\0') {
		size_t		 n = strcspn(value, "|");
		const char	*s = value;

		value += n + (value[n] != '\0');
		text_trim(&s, &n);
		if (h->npatterns == HISTORY_PATTERNS)
			return "has too many patterns";
		h->pattern[h->npatterns] = arena_strndup(a, s, n);
		if (strstr(h->pattern[h->npatterns], "{kind}") == NULL)
			return "must have {kind}, and {date}, {year} or {yy}";
		h->npatterns++;
	}
	return h->npatterns > 0 ? NULL : "must be a pattern";
}

static const char *
set_history(struct layout *l, struct arena *a, const char *key,
    const char *value)
{
	struct history_rules	*h = rules_of(l, a);
	struct origin		*o = NULL;

	if (strcmp(key, "columns") == 0)
		return set_patterns(h, a, value);
	if (strcmp(key, "cell") == 0) {
		if (strcmp(value, "method") != 0 &&
		    strcmp(value, "party") != 0)
			return "must be method or party";
		h->cell = *value == 'p' ? CELL_PARTY : CELL_METHOD;
		return NULL;
	}
	if (strcmp(key, "list") == 0)
		o = &h->list;
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (strcmp(key, columns[i]) == 0)
			o = &h->column[i];
	if (o == NULL)
		return "is not a setting of vote histories";
	return layout_origin(l, o, a, value);
}

const char *
layout_history_set(struct layout *l, struct arena *a, const char *section,
    const char *key, const char *value)
{
	struct history_rules	*h = rules_of(l, a);

	if (strcmp(section, "layout") == 0) {
		if (strcmp(value, "voters") != 0 &&
		    strcmp(value, "history") != 0)
			return "must be voters or history";
		h->rows = *value == 'h';
		return NULL;
	}
	if (strcmp(section, "history") == 0)
		return set_history(l, a, key, value);
	if (strcmp(section, "history kinds") == 0) {
		if (!kind_known(value))
			return "must be primary, general, special, municipal "
			    "or runoff";
		add_value(&h->kinds, a, key, value);
	} else if (strcmp(section, "history methods") == 0) {
		add_value(&h->methods, a, key, value);
	} else if (strcmp(section, "history parties") == 0) {
		add_value(&h->parties, a, key, value);
	} else {
		return "is in a section that layouts do not have";
	}
	return NULL;
}

static bool
map_column(struct origin *o, struct arena *a, struct json_object *v)
{
	const char	*text;
	int64_t		 position;

	if (json_whole(v, &position)) {
		o->position = (size_t)position;
		return position >= 1 && position <= READER_CELLS;
	}
	if (!json_object_is_type(v, json_type_string))
		return false;
	text = json_object_get_string(v);
	o->name[0] = heading_fold(a, text, strlen(text));
	return *o->name[0] != '\0';
}

/* Read one election of a mapping. */
static bool
map_election(struct history_election *e, struct arena *a,
    struct json_object *in)
{
	struct ballot	*b = &e->ballot;
	char		 today[11];
	enum history_cell cell = CELL_METHOD;
	struct origin	 header = { 0 };

	if (!json_object_is_type(in, json_type_object))
		return false;
	date_today(today);
	json_object_object_foreach(in, key, v) {
		const char	*text = json_object_is_type(v,
				    json_type_string) ?
				    json_object_get_string(v) : "";
		bool		 good = false;

		if (strcmp(key, "header") == 0)
			good = map_column(&header, a, v);
		else if (strcmp(key, "method") == 0)
			good = map_column(&e->column[CELL_METHOD], a, v);
		else if (strcmp(key, "party") == 0)
			good = map_column(&e->column[CELL_PARTY], a, v);
		else if (strcmp(key, "cell") == 0) {
			good = strcmp(text, "method") == 0 ||
			    strcmp(text, "party") == 0;
			cell = *text == 'p' ? CELL_PARTY : CELL_METHOD;
		} else if (strcmp(key, "date") == 0)
			good = ballot_date(b, a, text, strlen(text), DATE_YMD,
			    today);
		else if (strcmp(key, "kind") == 0) {
			b->kind = arena_strdup(a, text);
			good = kind_known(text);
		} else if (strcmp(key, "name") == 0) {
			b->name = arena_strdup(a, text);
			good = *text != '\0';
		}
		if (!good)
			return false;
	}
	if (origin_given(&header))
		e->column[cell] = header;
	if (b->kind == NULL || b->year == 0)
		return false;
	ballot_complete(b, a);
	return origin_given(&e->column[CELL_METHOD]) ||
	    origin_given(&e->column[CELL_PARTY]);
}

/* Read the elections of a mapping. */
static bool
map_elections(struct history_rules *h, struct arena *a, struct json_object *v)
{
	struct history_election	*one;

	if (!json_object_is_type(v, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(v); i++) {
		one = arena_zalloc(a, sizeof(*one));
		if (!map_election(one, a, json_object_array_get_idx(v, i)))
			return false;
		one->next = h->election;
		h->election = one;
	}
	return true;
}

/* Apply a member that a layout has as a setting or as a section of values. */
static bool
map_setting(struct layout *l, struct arena *a, const char *key,
    struct json_object *v)
{
	const char	*section = arena_printf(a, "history %s", key);

	if (json_object_is_type(v, json_type_string) ||
	    json_object_is_type(v, json_type_int))
		return layout_history_set(l, a, "history", key,
		    json_object_is_type(v, json_type_int) ? arena_printf(a,
		    "#%s", json_object_get_string(v)) :
		    json_object_get_string(v)) == NULL;
	if (!json_object_is_type(v, json_type_object))
		return false;
	json_object_object_foreach(v, from, to) {
		if (!json_object_is_type(to, json_type_string) ||
		    layout_history_set(l, a, section, from,
		    json_object_get_string(to)) != NULL)
			return false;
	}
	return true;
}

int
layout_history_map(struct layout *l, struct arena *a, struct json_object *v,
    struct err *e)
{
	struct history_rules	*h = rules_of(l, a);
	bool			 good = true;

	if (json_object_is_type(v, json_type_object)) {
		json_object_object_foreach(v, key, x) {
			good &= strcmp(key, "elections") == 0 ?
			    map_elections(h, a, x) : map_setting(l, a, key, x);
		}
	} else {
		good = map_elections(h, a, v);
	}
	if (!good)
		return err_field(e, "mapping", "invalid", "votes must be an "
		    "array of elections, or an object with settings of "
		    "[history].");
	return 0;
}
