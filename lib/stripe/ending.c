/*
 * Cancels payment intents at Stripe, and stores how they ended.  SQL decides
 * which: intents_due() in sql/deploy/card_testing.sql.
 */
#include <inttypes.h>

#include "api.h"
#include "ending.h"

static const char sql_due[] =
    "SELECT payment_intent_id, reason, subscription_id "
    "FROM cerberus.intents_due($1, $2, $3)";

static const char sql_ended[] =
    "SELECT cerberus.intent_ended($1, $2) AS ended";

/* Fetch an intent with its charge and refunds. */
static int
fetch(const struct cfg *cfg, const struct cfg_stripe *keys, const char *path,
    struct json_object **out, struct err *e)
{
	struct json_object	*query = json_object_new_object();
	struct json_object	*expand = json_object_new_array();
	int			 rc;

	json_object_array_add(expand, json_object_new_string("latest_charge"));
	json_object_object_add(query, "expand", expand);
	rc = stripe_get(cfg, keys, path, query, out, e);
	json_object_put(query);
	return rc;
}

/* Cancel an intent by itself. */
static int
cancel_intent(const struct cfg *cfg, struct arena *a,
    const struct cfg_stripe *keys, const char *path, const char *reason,
    struct json_object **out, struct err *e)
{
	struct json_object	*form = json_object_new_object();
	struct stripe_refusal	 why;
	int			 rc;

	json_object_object_add(form, "cancellation_reason",
	    json_object_new_string(reason));
	/* No idempotency key: a refusal must not be repeated from memory. */
	rc = stripe_post(cfg, keys, arena_printf(a, "%s/cancel", path), form,
	    NULL, out, &why, e);
	json_object_put(form);
	return rc;
}

/*
 * Cancel an intent, or the subscription that it belongs to: Stripe then voids
 * the invoice and cancels its intent.  If Stripe refuses, because the intent
 * has ended or a bank is processing it, fetch it as it is.
 */
static int
cancel(const struct cfg *cfg, struct arena *a, const struct cfg_stripe *keys,
    const char *id, const char *reason, const char *subscription,
    struct json_object **out, struct err *e)
{
	struct json_object	*deleted = NULL;
	struct stripe_refusal	 why;
	const char		*path = arena_printf(a,
				    "/v1/payment_intents/%s", id);

	if (subscription == NULL) {
		if (cancel_intent(cfg, a, keys, path, reason, out, e) == 0)
			return 0;
	} else if (stripe_delete(cfg, keys, arena_printf(a,
	    "/v1/subscriptions/%s", subscription), &deleted, &why, e) == 0) {
		json_object_put(deleted);
		return fetch(cfg, keys, path, out, e);
	}
	if (e->code != ERR_CARD && e->code != ERR_NOT_FOUND)
		return -1;
	err_clear(e);
	return fetch(cfg, keys, path, out, e);
}

int
intents_end(const struct cfg *cfg, struct db *db, struct arena *a,
    const struct cfg_stripe *keys, bool stale, int most, struct ending *n,
    struct err *e)
{
	const char		*account = arena_printf(a, "%" PRId64,
				    keys->campaign_id);
	const char		*due[] = { account, stale ? "t" : "f",
				    arena_printf(a, "%d", most) };
	const char		*param[2] = { account };
	struct rows		*rows, *answer;
	struct json_object	*intent;
	struct err		*one = arena_alloc(a, sizeof(*one));

	if (db_select(db, sql_due, 3, due, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows_count(rows); i++) {
		intent = NULL;
		memset(one, 0, sizeof(*one));
		if (cancel(cfg, a, keys,
		    rows_text(rows, i, "payment_intent_id"),
		    rows_text(rows, i, "reason"),
		    rows_text(rows, i, "subscription_id"), &intent,
		    one) != 0) {
			*e = *one;
			n->open++;
			continue;
		}
		param[1] = arena_strdup(a, json_object_to_json_string_ext(
		    intent, JSON_C_TO_STRING_PLAIN));
		json_object_put(intent);
		if (db_select(db, sql_ended, 2, param, &answer, e) != 0)
			return -1;
		if (rows_bool(answer, 0, "ended"))
			n->ended++;
		else
			n->open++;
	}
	return 0;
}
