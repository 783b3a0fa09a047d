/* Walking Stripe's lists, page by page.  api.c makes the calls. */
#include "list.h"

#define PAGE		"100"		/* the most that Stripe allows */

bool
stripe_true(struct json_object *o, const char *key)
{
	struct json_object	*v;

	return json_object_object_get_ex(o, key, &v) &&
	    json_object_get_boolean(v);
}

void
stripe_param(struct json_object *query, const char *name, const char *value)
{
	json_object_object_add(query, name, json_object_new_string(value));
}

struct json_object *
stripe_query(time_t since, const char *const *expand)
{
	struct json_object	*query = json_object_new_object();
	struct json_object	*created, *list;
	char			 text[24];

	if (since > 0) {
		snprintf(text, sizeof(text), "%lld", (long long)since);
		created = json_object_new_object();
		stripe_param(created, "gte", text);
		json_object_object_add(query, "created", created);
	}
	if (expand != NULL) {
		list = json_object_new_array();
		for (; *expand != NULL; expand++)
			json_object_array_add(list,
			    json_object_new_string(*expand));
		json_object_object_add(query, "expand", list);
	}
	stripe_param(query, "limit", PAGE);
	return query;
}

/* Walk one page, and set *more and the query to the next one. */
static int
walk_page(struct json_object *query, struct json_object *list,
    struct stripe_walk walk, bool *more, struct err *e)
{
	struct json_object	*data, *o = NULL;
	const char		*id;

	if (!json_object_object_get_ex(list, "data", &data) ||
	    !json_object_is_type(data, json_type_array))
		return err_set(e, ERR_UPSTREAM, "Stripe's list has no data.");
	for (size_t i = 0; i < json_object_array_length(data); i++) {
		o = json_object_array_get_idx(data, i);
		if (stripe_text(o, "id") == NULL)
			return err_set(e, ERR_UPSTREAM,
			    "Stripe's list has an object without an id.");
		if (walk.each(o, walk.ctx, e) != 0)
			return -1;
	}
	id = o != NULL ? stripe_text(o, "id") : NULL;
	*more = id != NULL && stripe_true(list, "has_more");
	if (*more)
		stripe_param(query, "starting_after", id);
	return 0;
}

int
stripe_each(const struct cfg *cfg, const struct cfg_stripe *keys,
    const char *path, struct json_object *query, struct stripe_walk walk,
    struct err *e)
{
	struct json_object	*list;
	bool			 more = true;
	int			 rc = 0;

	while (rc == 0 && more) {
		list = NULL;
		if (walk.asked != NULL)
			*walk.asked = time(NULL);
		rc = stripe_get(cfg, keys, path, query, &list, e);
		if (rc == 0)
			rc = walk_page(query, list, walk, &more, e);
		json_object_put(list);
	}
	return rc;
}
