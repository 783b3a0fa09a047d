/* Refunds and disputes of an intent; see intent_parts.h. */
#include "intent_parts.h"
#include "stripe/list.h"

static int
append(struct json_object *o, void *ctx, struct err *e)
{
	(void)e;
	json_object_array_add(ctx, json_object_get(o));
	return 0;
}

/* Append all objects of a Stripe list that belong to an intent to out. */
static int
fetch_all(struct run *r, const char *path, struct json_object *intent,
    struct json_object *out, struct err *e)
{
	struct json_object	*query = stripe_query(0, NULL);
	int			 rc;

	stripe_param(query, "payment_intent", stripe_text(intent, "id"));
	rc = stripe_each(&r->cfg, r->keys, path, query,
	    (struct stripe_walk){ .each = append, .ctx = out }, e);
	json_object_put(query);
	return rc;
}

/* Return the latest charge of an intent, or NULL if it is only an id. */
static struct json_object *
charge_of(struct json_object *intent)
{
	struct json_object	*charge;

	return json_object_object_get_ex(intent, "latest_charge", &charge) &&
	    json_object_is_type(charge, json_type_object) ? charge : NULL;
}

int
complete_refunds(struct run *r, struct json_object *intent, struct err *e)
{
	struct json_object	*charge = charge_of(intent), *list, *all;

	if (charge == NULL ||
	    !json_object_object_get_ex(charge, "refunds", &list) ||
	    !stripe_true(list, "has_more"))
		return 0;
	all = json_object_new_array();
	if (fetch_all(r, "/v1/refunds", intent, all, e) != 0) {
		json_object_put(all);
		return -1;
	}
	json_object_object_add(list, "data", all);
	return 0;
}

int
fetch_disputes(struct run *r, struct json_object *intent, const char **out,
    struct err *e)
{
	struct json_object	*charge = charge_of(intent), *all;
	int			 rc;

	*out = "[]";
	if (charge == NULL || !stripe_true(charge, "disputed"))
		return 0;
	all = json_object_new_array();
	rc = fetch_all(r, "/v1/disputes", intent, all, e);
	if (rc == 0)
		*out = arena_strdup(&r->arena, json_object_to_json_string_ext(
		    all, JSON_C_TO_STRING_PLAIN));
	json_object_put(all);
	return rc;
}
