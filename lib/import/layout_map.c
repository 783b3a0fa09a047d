/*
 * Reading the mapping of a request, a layout as JSON.  Layout files are parsed
 * in layout_parse.c.
 */
#include "heading.h"
#include "layout_history.h"
#include "layout_map.h"
#include "record/json.h"

/*
 * Add a heading or a position to a rule.  In a fixed-width layout a text is a
 * span of characters, such as "#12-31".
 */
static int
map_origin(struct layout *l, struct rule *r, struct arena *a,
    struct json_object *v)
{
	struct origin	*o = &r->part[r->n];
	const char	*text;
	int64_t		 position;

	if (r->n == RULE_PARTS)
		return -1;
	memset(o, 0, sizeof(*o));
	if (l->fixed) {
		text = json_object_get_string(v);
		if (text == NULL || layout_origin(l, o, a, text) != NULL)
			return -1;
	} else if (json_whole(v, &position)) {
		if (position < 1 || position > READER_CELLS)
			return -1;
		o->position = (size_t)position;
	} else if (json_object_is_type(v, json_type_string)) {
		text = json_object_get_string(v);
		o->name[0] = heading_fold(a, text, strlen(text));
		if (*o->name[0] == '\0')
			return -1;
	} else {
		return -1;
	}
	r->n++;
	return 0;
}

/* Set a rule to one heading or position, or to an array of them. */
static int
map_origins(struct layout *l, struct rule *r, struct arena *a,
    struct json_object *v)
{
	r->n = 0;
	if (!json_object_is_type(v, json_type_array))
		return map_origin(l, r, a, v);
	for (size_t i = 0; i < json_object_array_length(v); i++)
		if (map_origin(l, r, a,
		    json_object_array_get_idx(v, i)) != 0)
			return -1;
	return r->n > 0 ? 0 : -1;
}

/*
 * Set a rule as an object with column, value and values says.  Earlier versions
 * called column from.
 */
static int
map_object(struct layout *l, struct rule *r, struct arena *a,
    struct json_object *v)
{
	struct json_object_iterator	 it = json_object_iter_begin(v);
	struct json_object_iterator	 end = json_object_iter_end(v);

	for (; !json_object_iter_equal(&it, &end);
	    json_object_iter_next(&it)) {
		const char		*key = json_object_iter_peek_name(&it);
		struct json_object	*x = json_object_iter_peek_value(&it);

		if (strcmp(key, "column") == 0 || strcmp(key, "from") == 0) {
			if (map_origins(l, r, a, x) != 0)
				return -1;
		} else if (strcmp(key, "value") == 0 &&
		    json_object_is_type(x, json_type_string)) {
			r->constant = arena_strdup(a,
			    json_object_get_string(x));
		} else if (strcmp(key, "number") == 0 &&
		    json_object_is_type(x, json_type_boolean)) {
			r->number = json_object_get_boolean(x);
		} else if (strcmp(key, "values") == 0 &&
		    json_object_is_type(x, json_type_object)) {
			r->values = NULL;
			json_object_object_foreach(x, from, to) {
				if (!json_object_is_type(to,
				    json_type_string))
					return -1;
				layout_add_value(r, a, from,
				    json_object_get_string(to));
			}
		} else {
			return -1;
		}
	}
	return r->n > 0 || r->constant != NULL ? 0 : -1;
}

int
layout_map(struct layout *l, struct arena *a, struct json_object *mapping,
    struct err *e)
{
	int	 rc = 0;

	if (!json_object_is_type(mapping, json_type_object))
		return err_field(e, "mapping", "invalid",
		    "mapping must be a JSON object.");
	json_object_object_foreach(mapping, key, v) {
		bool		 full = strcmp(key, FULL_NAME) == 0;
		int		 field = full ? 0 : layout_field(key);
		struct rule	*to, r = { .set = true };

		if (strcmp(key, "votes") == 0) {
			rc |= layout_history_map(l, a, v, e);
			continue;
		}
		if (field == -1) {
			rc = err_field(e, "mapping", "unknown_field",
			    "There is no column %.60s.", key);
			continue;
		}
		to = full ? &l->full_name : &l->rule[field];
		r.values = to->values;
		if (v == NULL)		/* null: the field is not written */
			r.n = 0;
		else if ((json_object_is_type(v, json_type_object) ?
		    map_object(l, &r, a, v) : map_origins(l, &r, a, v)) != 0)
			rc = err_field(e, "mapping", "invalid", "%.60s must "
			    "be %s, or a list of these.", key, l->fixed ?
			    "a span such as \"#12-31\"" :
			    "a heading, a position from 1");
		*to = r;
	}
	return rc;
}
