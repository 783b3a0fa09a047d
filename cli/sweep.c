/*
 * The steps of cerberus reconcile for one account of Stripe, in their order.
 * The events, which Stripe lists for 30 days, add the states that move no money
 * and the exact times.
 */
#include "sweep.h"
#include "sweep_intents.h"
#include "sweep_payouts.h"
#include "sweep_subscriptions.h"

#define HOUR		3600		/* seconds */
#define DAY		(24 * HOUR)
#define FIRST_RUN	(30 * DAY)	/* how far the first run looks back */
#define OVERLAP		HOUR		/* what Stripe may list late */
#define EVENTS		(30 * DAY)	/* how long Stripe lists events */

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

static const char sql_last_run[] =
    "SELECT extract(epoch FROM cerberus.stripe_last_run($1))::bigint AS at";

static const char sql_run_done[] =
    "SELECT cerberus.stripe_run_done($1, to_timestamp($2::bigint))";

/* Apply an event that was missed. */
static int
each_event(struct json_object *event, void *ctx, struct err *e)
{
	struct run	*r = ctx;
	struct rows	*rows;

	if (run_ask(r, sql_missed, event, &rows, e) != 0)
		return -1;
	if (rows_count(rows) > 0) {
		r->count[MENDED]++;
		run_row(r, rows_text(rows, 0, "donation_id"),
		    rows_text(rows, 0, "payment_intent_id"), MENDED,
		    rows_text(rows, 0, "before"), rows_text(rows, 0, "after"));
	}
	run_forget(r);
	return 0;
}

/* Report the rows of a statement, which all need a person. */
static int
report(struct run *r, enum outcome what, const char *sql, const char *last,
    struct err *e)
{
	const char	*param[] = { run_account(r), run_number(r, r->since),
			    last };
	struct rows	*rows;

	if (db_select(&r->db, sql, last != NULL ? 3 : 2, param, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows_count(rows); i++)
		run_row(r, rows_text(rows, i, "donation_id"),
		    rows_text(rows, i, "id"), what,
		    rows_text(rows, i, "before"), rows_text(rows, i, "after"));
	r->count[what] += rows_count(rows);
	r->people += rows_count(rows);
	run_forget(r);
	return 0;
}

/* Begin where --since says, or where the last complete run did. */
static int
begin(struct run *r, struct err *e)
{
	const char	*param = run_account(r);
	struct rows	*rows;

	r->began = time(NULL);
	r->since = r->asked;
	if (r->since == 0) {
		if (db_select(&r->db, sql_last_run, 1, &param, &rows, e) != 0)
			return -1;
		r->since = rows_is_null(rows, 0, "at") ?
		    r->began - FIRST_RUN :
		    (time_t)rows_int64(rows, 0, "at") - OVERLAP;
		run_forget(r);
	}
	buf_clear(&r->ids, SIZE_MAX);
	buf_addc(&r->ids, '{');
	return 0;
}

/* The next run begins where this one did. */
static int
end(struct run *r, struct err *e)
{
	const char	*param[] = { run_account(r), run_number(r, r->began) };
	struct rows	*rows;
	int		 rc;

	rc = db_select(&r->db, sql_run_done, 2, param, &rows, e);
	run_forget(r);
	return rc;
}

int
sweep_account(struct run *r, struct err *e)
{
	time_t	 events;

	if (begin(r, e) != 0)
		return -1;
	events = r->began - EVENTS > r->since ? r->began - EVENTS : r->since;
	if (sweep_intents(r, e) != 0 || sweep_payouts(r, e) != 0 ||
	    sweep_subscriptions(r, e) != 0 ||
	    run_walk(r, "/v1/events", NULL, NULL, NULL, events, each_event,
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
