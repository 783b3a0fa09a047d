/*
 * The payment intents of cerberus reconcile.  Stripe's lists select by the time
 * at which an object was made.  So a refund or a dispute of an old gift is
 * found in the lists of these, or by the movement of the balance that it
 * causes; and what is open here is fetched by its id.
 */
#include "intent_parts.h"
#include "stripe/list.h"
#include "sweep_intents.h"

static const char sql_reconcile[] =
    "SELECT donation_id, action, before, after "
    "FROM cerberus.stripe_reconcile($1, $2, $3, to_timestamp($4::bigint))";

static const char sql_differs[] =
    "SELECT cerberus.stripe_differs($1, $2) AS id";

static const char sql_open[] =
    "SELECT payment_intent_id AS id FROM cerberus.stripe_open($1)";

/* Pass an intent and its disputes to the database, and report the outcome. */
static int
each_intent(struct json_object *intent, void *ctx, struct err *e)
{
	static const char *const	 names[] = { "same", "mended",
		"linked", "created" };
	struct run	*r = ctx;
	const char	*id = stripe_text(intent, "id");
	const char	*param[4], *action;
	struct rows	*rows;
	size_t		 what = 0;

	if (strpbrk(id, "\"\\") != NULL)
		return err_set(e, ERR_UPSTREAM,
		    "Stripe's list has an intent without an id.");
	if (complete_refunds(r, intent, e) != 0 ||
	    fetch_disputes(r, intent, &param[2], e) != 0)
		return -1;
	param[0] = run_account(r);
	param[1] = run_json(intent);
	param[3] = run_number(r, r->listed);
	if (db_select(&r->db, sql_reconcile, 4, param, &rows, e) != 0)
		return -1;
	buf_addf(&r->ids, "%s\"%s\"", r->ids.len > 1 ? "," : "", id);
	action = rows_text(rows, 0, "action");
	while (what < FOREIGN &&
	    (action == NULL || strcmp(action, names[what]) != 0))
		what++;
	r->count[what]++;
	r->seen++;
	if (what == FOREIGN) {
		if (run_stray(r, intent, e) != 0)
			return -1;
	} else if (what != SAME)
		run_row(r, rows_text(rows, 0, "donation_id"), id,
		    (enum outcome)what, rows_text(rows, 0, "before"),
		    rows_text(rows, 0, "after"));
	run_forget(r);
	run_progress(r);
	return 0;
}

int
sweep_intent(struct run *r, const char *id, struct err *e)
{
	static const char *const	 parts[] = { "latest_charge",
		"latest_charge.refunds", "latest_charge.balance_transaction",
		"invoice", NULL };
	struct json_object	*query, *intent = NULL;
	char			*path;
	int			 rc;

	if (asprintf(&path, "/v1/payment_intents/%s", id) == -1)
		return err_set(e, ERR_INTERNAL, "Out of memory.");
	query = stripe_query(0, parts);
	json_object_object_del(query, "limit");
	r->listed = time(NULL);
	rc = stripe_get(&r->cfg, r->keys, path, query, &intent, e);
	json_object_put(query);
	free(path);
	if (rc == 0)
		rc = each_intent(intent, r, e);
	else if (e->code == ERR_NOT_FOUND) {
		run_unlisted(r, id);
		buf_addf(&r->ids, "%s\"%s\"", r->ids.len > 1 ? "," : "", id);
		memset(e, 0, sizeof(*e));
		rc = 0;
	}
	json_object_put(intent);
	return rc;
}

int
sweep_part(struct json_object *o, void *ctx, struct err *e)
{
	struct run	*r = ctx;
	struct rows	*rows;
	char		*id;
	int		 rc;

	if (run_ask(r, sql_differs, o, &rows, e) != 0)
		return -1;
	if (rows_count(rows) == 0 || rows_is_null(rows, 0, "id")) {
		run_forget(r);
		return 0;
	}
	if ((id = strdup(rows_text(rows, 0, "id"))) == NULL)
		return err_set(e, ERR_INTERNAL, "Out of memory.");
	run_forget(r);
	rc = sweep_intent(r, id, e);
	free(id);
	return rc;
}

int
sweep_intents(struct run *r, struct err *e)
{
	static const char *const	 parts[] = { "data.latest_charge",
		"data.latest_charge.refunds",
		"data.latest_charge.balance_transaction", "data.invoice",
		NULL };

	if (run_walk(r, "/v1/payment_intents", NULL, NULL, parts, r->since,
	    each_intent, e) != 0 ||
	    run_walk(r, "/v1/refunds", NULL, NULL, NULL, r->since, sweep_part,
	    e) != 0 ||
	    run_walk(r, "/v1/disputes", NULL, NULL, NULL, r->since,
	    sweep_part, e) != 0)
		return -1;
	return run_each_open(r, sql_open, 1, sweep_intent, e);
}
