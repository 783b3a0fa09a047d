/*
 * The balance and the payouts of cerberus reconcile: fees, and which gifts a
 * payout consists of.
 */
#include "stripe/list.h"
#include "sweep_intents.h"
#include "sweep_payouts.h"

static const char sql_balance[] =
    "SELECT cerberus.stripe_balance($1, $2, $3)";

static const char sql_payout[] =
    "SELECT cerberus.stripe_payout($1, $2) AS id";

static const char sql_payout_done[] =
    "SELECT cerberus.stripe_payout_done($1)";

static const char sql_open_payouts[] =
    "SELECT stripe_id AS id FROM cerberus.stripe_open_payouts($1)";

/* Store a movement of the balance, and look at what caused it. */
static int
each_balance(struct json_object *o, void *ctx, struct err *e)
{
	struct run		*r = ctx;
	const char		*param[] = { run_account(r), run_json(o),
				    r->payout > 0 ? run_number(r, r->payout) :
				    NULL };
	struct json_object	*source;
	struct rows		*rows;

	if (db_select(&r->db, sql_balance, 3, param, &rows, e) != 0)
		return -1;
	run_forget(r);
	if (!json_object_object_get_ex(o, "source", &source) ||
	    !json_object_is_type(source, json_type_object))
		return 0;
	return sweep_part(source, ctx, e);
}

static const char *const	 source[] = { "data.source", NULL };

/* Store a payout, and set *id to its number. */
static int
store_payout(struct run *r, struct json_object *o, int64_t *id, struct err *e)
{
	struct rows	*rows;

	if (run_ask(r, sql_payout, o, &rows, e) != 0)
		return -1;
	*id = rows_int64(rows, 0, "id");
	run_forget(r);
	return 0;
}

static int
each_payout(struct json_object *o, void *ctx, struct err *e)
{
	int64_t	 id;

	return store_payout(ctx, o, &id, e);
}

/* Fetch a payout again, and the movements that it consists of. */
static int
fetch_payout(struct run *r, const char *stripe_id, struct err *e)
{
	struct json_object	*payout = NULL;
	const char		*param;
	struct rows		*rows;
	char			*path;
	int			 rc;

	if (asprintf(&path, "/v1/payouts/%s", stripe_id) == -1)
		return err_set(e, ERR_INTERNAL, "Out of memory.");
	rc = stripe_get(&r->cfg, r->keys, path, NULL, &payout, e);
	free(path);
	if (rc == 0)
		rc = store_payout(r, payout, &r->payout, e);
	/* Stripe refuses this list for a payout that somebody made by hand. */
	if (rc == 0 && stripe_true(payout, "automatic"))
		rc = run_walk(r, "/v1/balance_transactions", "payout",
		    stripe_id, source, 0, each_balance, e);
	if (rc == 0) {
		param = run_number(r, r->payout);
		rc = db_select(&r->db, sql_payout_done, 1, &param, &rows, e);
		run_forget(r);
	}
	r->payout = 0;
	json_object_put(payout);
	return rc;
}

int
sweep_payouts(struct run *r, struct err *e)
{
	if (run_walk(r, "/v1/balance_transactions", NULL, NULL, source,
	    r->since, each_balance, e) != 0 ||
	    run_walk(r, "/v1/payouts", NULL, NULL, NULL, r->since,
	    each_payout, e) != 0)
		return -1;
	return run_each_open(r, sql_open_payouts, 1, fetch_payout, e);
}
