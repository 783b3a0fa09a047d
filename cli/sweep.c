/*
 * The steps of cerberus reconcile.  Lists of Stripe select by the time at which
 * an object was made.  So a refund or a dispute of an old gift is found in the
 * lists of these, or by the movement of the balance that it causes, however old
 * the gift is; and what is open here is asked for by its id.  The events, which
 * Stripe lists for 30 days, add the states that move no money and the exact
 * times.
 */
#include <inttypes.h>

#include "intent_parts.h"
#include "stripe/list.h"

#define HOUR		3600		/* seconds */
#define DAY		(24 * HOUR)
#define FIRST_RUN	(30 * DAY)	/* how far the first run looks back */
#define OVERLAP		HOUR		/* what Stripe may list late */
#define EVENTS		(30 * DAY)	/* how long Stripe lists events */

static const char sql_reconcile[] =
    "SELECT donation_id, action, before, after "
    "FROM cerberus.stripe_reconcile($1, $2, $3, to_timestamp($4::bigint))";

static const char sql_unlisted[] =
    "SELECT donation_id, payment_intent_id AS id, status AS before, "
    "'-' AS after "
    "FROM cerberus.stripe_unlisted($1, to_timestamp($2::bigint), $3)";

static const char sql_waiting[] =
    "SELECT donation_id, stripe_id AS id, kind AS before, reason AS after "
    "FROM cerberus.stripe_waiting($1, to_timestamp($2::bigint))";

static const char sql_missed[] =
    "SELECT donation_id, payment_intent_id, before, after "
    "FROM cerberus.stripe_missed($1, $2)";

static const char sql_differs[] =
    "SELECT cerberus.stripe_differs($1, $2) AS id";

static const char sql_open[] =
    "SELECT payment_intent_id AS id FROM cerberus.stripe_open($1)";

static const char sql_open_payouts[] =
    "SELECT stripe_id AS id FROM cerberus.stripe_open_payouts($1)";

static const char sql_stray[] =
    "SELECT cerberus.stripe_stray($1, $2) AS stray";

static const char sql_balance[] =
    "SELECT cerberus.stripe_balance($1, $2, $3)";

static const char sql_payout[] =
    "SELECT cerberus.stripe_payout($1, $2) AS id";

static const char sql_payout_done[] =
    "SELECT cerberus.stripe_payout_done($1)";

static const char sql_last_run[] =
    "SELECT extract(epoch FROM cerberus.stripe_last_run($1))::bigint AS at";

static const char sql_run_done[] =
    "SELECT cerberus.stripe_run_done($1, to_timestamp($2::bigint))";

/* A value for the table; null is blank. */
static const char *
cell(const struct rows *rows, size_t row, const char *column)
{
	const char	*text = rows_text(rows, row, column);

	return text != NULL ? text : "";
}

static const char *
number(struct run *r, int64_t n)
{
	return arena_printf(&r->arena, "%" PRId64, n);
}

static const char *
account(struct run *r)
{
	return number(r, r->keys->campaign_id);
}

static const char *
json_text(struct json_object *o)
{
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

/* The rows of a statement and what they point to are no longer needed. */
static void
forget(struct run *r)
{
	db_forget(&r->db);
	arena_reset(&r->arena);
}

/* Run a statement of two parameters: the account and the object. */
static int
ask(struct run *r, const char *sql, struct json_object *o, struct rows **rows,
    struct err *e)
{
	const char	*param[] = { account(r), json_text(o) };

	return db_select(&r->db, sql, 2, param, rows, e);
}

/*
 * Walk a list of the account: objects since r->since, with the member that
 * expand names, if any.  A name and value add a parameter.
 */
static int
walk(struct run *r, const char *path, const char *name, const char *value,
    const char *const *expand, time_t since,
    int (*each)(struct json_object *, void *, struct err *), struct err *e)
{
	struct json_object	*query = stripe_query(since, expand);
	int			 rc;

	if (name != NULL)
		stripe_param(query, name, value);
	rc = stripe_each(&r->cfg, r->keys, path, query,
	    (struct stripe_walk){ each, r, &r->listed }, e);
	json_object_put(query);
	return rc;
}

int
sweep_stray(struct run *r, struct json_object *o, struct err *e)
{
	struct rows	*rows;
	const char	*status = stripe_text(o, "status");

	if (ask(r, sql_stray, o, &rows, e) != 0)
		return -1;
	if (rows_bool(rows, 0, "stray")) {
		run_row(r, "", stripe_text(o, "id"), FOREIGN,
		    status != NULL ? status : "", "needs a person");
		r->people++;
	}
	return 0;
}

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
	param[0] = account(r);
	param[1] = json_text(intent);
	param[3] = number(r, r->listed);
	if (db_select(&r->db, sql_reconcile, 4, param, &rows, e) != 0)
		return -1;
	buf_addf(&r->ids, "%s\"%s\"", r->ids.len > 1 ? "," : "", id);
	action = cell(rows, 0, "action");
	while (what < FOREIGN && strcmp(action, names[what]) != 0)
		what++;
	r->count[what]++;
	r->seen++;
	if (what == FOREIGN) {
		if (sweep_stray(r, intent, e) != 0)
			return -1;
	} else if (what != SAME)
		run_row(r, cell(rows, 0, "donation_id"), id,
		    (enum outcome)what, cell(rows, 0, "before"),
		    cell(rows, 0, "after"));
	forget(r);
	run_progress(r);
	return 0;
}

/* What an intent is reconciled from. */
static const char *const	 intent_parts[] = {
	"data.latest_charge", "data.latest_charge.refunds",
	"data.latest_charge.balance_transaction", "data.invoice", NULL
};

/* Fetch and reconcile one intent; report one that Stripe does not have. */
static int
fetch_intent(struct run *r, const char *id, struct err *e)
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
		run_row(r, "", id, UNLISTED, "open", "-");
		buf_addf(&r->ids, "%s\"%s\"", r->ids.len > 1 ? "," : "", id);
		r->count[UNLISTED]++;
		r->people++;
		memset(e, 0, sizeof(*e));
		rc = 0;
	}
	json_object_put(intent);
	return rc;
}

/* A charge, refund or dispute: reconcile its intent if the ledger differs. */
static int
each_part(struct json_object *o, void *ctx, struct err *e)
{
	struct run	*r = ctx;
	struct rows	*rows;
	char		*id;
	int		 rc;

	if (ask(r, sql_differs, o, &rows, e) != 0)
		return -1;
	if (rows_count(rows) == 0 || rows_is_null(rows, 0, "id")) {
		forget(r);
		return 0;
	}
	if ((id = strdup(cell(rows, 0, "id"))) == NULL)
		return err_set(e, ERR_INTERNAL, "Out of memory.");
	forget(r);
	rc = fetch_intent(r, id, e);
	free(id);
	return rc;
}

/* Store a movement of the balance, and look at what caused it. */
static int
each_balance(struct json_object *o, void *ctx, struct err *e)
{
	struct run		*r = ctx;
	const char		*param[] = { account(r), json_text(o),
				    r->payout > 0 ? number(r, r->payout) :
				    NULL };
	struct json_object	*source;
	struct rows		*rows;

	if (db_select(&r->db, sql_balance, 3, param, &rows, e) != 0)
		return -1;
	forget(r);
	if (!json_object_object_get_ex(o, "source", &source) ||
	    !json_object_is_type(source, json_type_object))
		return 0;
	return each_part(source, ctx, e);
}

static const char *const	 source[] = { "data.source", NULL };

/* Store a payout, and set *id to its number. */
static int
store_payout(struct run *r, struct json_object *o, int64_t *id, struct err *e)
{
	struct rows	*rows;

	if (ask(r, sql_payout, o, &rows, e) != 0)
		return -1;
	*id = rows_int64(rows, 0, "id");
	forget(r);
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
		rc = walk(r, "/v1/balance_transactions", "payout", stripe_id,
		    source, 0, each_balance, e);
	if (rc == 0) {
		param = number(r, r->payout);
		rc = db_select(&r->db, sql_payout_done, 1, &param, &rows, e);
		forget(r);
	}
	r->payout = 0;
	json_object_put(payout);
	return rc;
}

int
sweep_each_open(struct run *r, const char *sql, size_t n,
    int (*fetch)(struct run *, const char *, struct err *), struct err *e)
{
	struct json_object	*ids;
	const char		*param[] = { account(r), number(r, r->began) };
	struct rows		*rows;
	int			 rc = 0;

	if (db_select(&r->db, sql, n, param, &rows, e) != 0)
		return -1;
	/* Each call resets the arena of the rows. */
	ids = json_object_new_array();
	for (size_t i = 0; i < rows_count(rows); i++)
		json_object_array_add(ids,
		    json_object_new_string(cell(rows, i, "id")));
	forget(r);
	for (size_t i = 0; rc == 0 && i < json_object_array_length(ids); i++)
		rc = fetch(r, json_object_get_string(
		    json_object_array_get_idx(ids, i)), e);
	json_object_put(ids);
	return rc;
}

/* Apply an event that was missed. */
static int
each_event(struct json_object *event, void *ctx, struct err *e)
{
	struct run	*r = ctx;
	struct rows	*rows;

	if (ask(r, sql_missed, event, &rows, e) != 0)
		return -1;
	if (rows_count(rows) > 0) {
		r->count[MENDED]++;
		run_row(r, cell(rows, 0, "donation_id"),
		    cell(rows, 0, "payment_intent_id"), MENDED,
		    cell(rows, 0, "before"), cell(rows, 0, "after"));
	}
	forget(r);
	return 0;
}

/* Report the rows of a statement, which all need a person. */
static int
report(struct run *r, enum outcome what, const char *sql, const char *last,
    struct err *e)
{
	const char	*param[] = { account(r), number(r, r->since), last };
	struct rows	*rows;

	if (db_select(&r->db, sql, last != NULL ? 3 : 2, param, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows_count(rows); i++)
		run_row(r, cell(rows, i, "donation_id"), cell(rows, i, "id"),
		    what, cell(rows, i, "before"), cell(rows, i, "after"));
	r->count[what] += rows_count(rows);
	r->people += rows_count(rows);
	forget(r);
	return 0;
}

/* Begin where --since says, or where the last complete run did. */
static int
begin(struct run *r, struct err *e)
{
	const char	*param = account(r);
	struct rows	*rows;

	r->began = time(NULL);
	r->since = r->asked;
	if (r->since == 0) {
		if (db_select(&r->db, sql_last_run, 1, &param, &rows, e) != 0)
			return -1;
		r->since = rows_is_null(rows, 0, "at") ?
		    r->began - FIRST_RUN :
		    (time_t)rows_int64(rows, 0, "at") - OVERLAP;
		forget(r);
	}
	buf_clear(&r->ids, SIZE_MAX);
	buf_addc(&r->ids, '{');
	return 0;
}

/* The next run begins where this one did. */
static int
end(struct run *r, struct err *e)
{
	const char	*param[] = { account(r), number(r, r->began) };
	struct rows	*rows;
	int		 rc;

	rc = db_select(&r->db, sql_run_done, 2, param, &rows, e);
	forget(r);
	return rc;
}

int
sweep_account(struct run *r, struct err *e)
{
	time_t	 events;

	if (begin(r, e) != 0)
		return -1;
	events = r->began - EVENTS > r->since ? r->began - EVENTS : r->since;
	if (walk(r, "/v1/payment_intents", NULL, NULL, intent_parts, r->since,
	    each_intent, e) != 0 ||
	    walk(r, "/v1/refunds", NULL, NULL, NULL, r->since, each_part,
	    e) != 0 ||
	    walk(r, "/v1/disputes", NULL, NULL, NULL, r->since, each_part,
	    e) != 0 ||
	    sweep_each_open(r, sql_open, 1, fetch_intent, e) != 0 ||
	    walk(r, "/v1/balance_transactions", NULL, NULL, source, r->since,
	    each_balance, e) != 0 ||
	    walk(r, "/v1/payouts", NULL, NULL, NULL, r->since, each_payout,
	    e) != 0 ||
	    sweep_each_open(r, sql_open_payouts, 1, fetch_payout, e) != 0 ||
	    sweep_subscriptions(r, e) != 0 ||
	    walk(r, "/v1/events", NULL, NULL, NULL, events, each_event,
	    e) != 0)
		return -1;
	buf_addc(&r->ids, '}');
	if (r->ids.failed)
		return err_set(e, ERR_INTERNAL, "Too many payment intents. "
		    "Use a later --since.");
	if (report(r, UNLISTED, sql_unlisted, r->ids.data, e) != 0 ||
	    report(r, WAITING, sql_waiting, NULL, e) != 0)
		return -1;
	return end(r, e);
}
