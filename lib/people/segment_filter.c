/*
 * The form of a segment's filter in JSON.  What the filter selects is decided
 * in universe.c.
 */
#include "db/db.h"
#include "record/json.h"
#include "rest/doc.h"
#include "segment_filter.h"

#define PAIRS_MAX	64

/* Append a member that is an array as a text with commas. */
static bool
add_element(struct buf *b, struct json_object *v)
{
	int64_t	 whole;

	if (b->len > 0)
		buf_addc(b, ',');
	if (json_whole(v, &whole))
		buf_addf(b, "%lld", (long long)whole);
	else if (json_object_is_type(v, json_type_string))
		buf_adds(b, json_object_get_string(v));
	else
		return false;
	return true;
}

static int
set_pair(struct arena *a, const char *key, struct json_object *v,
    struct pair *out, struct err *e)
{
	const char	*value = NULL;
	struct buf	 b;
	int64_t		 whole;
	bool		 good = true;

	if (json_whole(v, &whole)) {
		value = doc_id(a, whole);
	} else if (json_object_is_type(v, json_type_string) ||
	    json_object_is_type(v, json_type_boolean)) {
		value = json_object_get_string(v);
	} else if (json_object_is_type(v, json_type_array)) {
		buf_init_in(&b, a, 10000);
		for (size_t i = 0; i < json_object_array_length(v); i++)
			good = good && add_element(&b,
			    json_object_array_get_idx(v, i));
		value = good && !b.failed ? buf_str(&b) : NULL;
	}
	if (value == NULL)
		return err_field(e, key, "invalid_type",
		    "%.60s must be a text or a whole number.", key);
	*out = (struct pair){ arena_strdup(a, key), arena_strdup(a, value),
	    strlen(value) };
	return 0;
}

int
segment_members(struct arena *a, struct json_object *o, struct form *out,
    struct err *e)
{
	struct form	 f = { .pair = arena_alloc(a, PAIRS_MAX *
			    sizeof(struct pair)) };
	struct pair	 pair;
	int		 rc = 0;

	if (!json_object_is_type(o, json_type_object))
		return err_field(e, "filter", "invalid_type",
		    "filter must be an object.");
	json_object_object_foreach(o, key, v) {
		if (set_pair(a, key, v, &pair, e) != 0) {
			rc = -1;
			continue;
		}
		if (f.n == PAIRS_MAX)
			return err_field(e, "filter", "too_long",
			    "filter has too many members.");
		f.pair[f.n++] = pair;
	}
	*out = f;
	return rc;
}

int
segment_stored(struct req *rq, const char *id, struct json_object **filter,
    const char **campaign, struct err *e)
{
	static const char	 sql[] =
	    "SELECT filter, campaign_id FROM segments WHERE segment_id = $1";
	struct rows		*r;
	const char		*text;

	if (db_select(rq->db, sql, 1, &id, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return err_field(e, "segment_id", "not_found",
		    "Segment with ID %s not found.", id);
	*campaign = rows_text(r, 0, "campaign_id");
	text = rows_text(r, 0, "filter");
	return json_parse(text, strlen(text), filter, e);
}

bool
segment_is_flat(struct json_object *o)
{
	return !json_object_object_get_ex(o, "steps", NULL) &&
	    !json_object_object_get_ex(o, "segment_id", NULL);
}

const char *const segment_verbs[] = { "add", "narrow", "remove" };

int
segment_step(struct json_object *o, enum verb *verb,
    struct json_object **filter, struct err *e)
{
	struct json_object	*v;
	const char		*text;
	int			 rc = 0;

	*filter = NULL;
	*verb = VERB__MAX;
	if (!json_object_is_type(o, json_type_object))
		return err_field(e, "", "invalid_type",
		    "A step must be an object with verb and filter.");
	json_object_object_foreach(o, key, ignored) {
		(void)ignored;
		if (strcmp(key, "verb") != 0 && strcmp(key, "filter") != 0)
			rc = err_field(e, key, "unknown_field",
			    "A step has a verb and a filter.");
	}
	if (json_object_object_get_ex(o, "verb", &v) &&
	    json_object_is_type(v, json_type_string)) {
		text = json_object_get_string(v);
		for (int i = 0; i < VERB__MAX; i++)
			if (strcmp(text, segment_verbs[i]) == 0)
				*verb = (enum verb)i;
	}
	if (*verb == VERB__MAX)
		rc = err_field(e, "verb", "invalid_choice",
		    "verb must be add, narrow or remove.");
	if (!json_object_object_get_ex(o, "filter", filter) ||
	    !json_object_is_type(*filter, json_type_object))
		rc = err_field(e, "filter", "required",
		    "filter must be an object.");
	return rc;
}
