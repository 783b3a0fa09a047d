/*
 * The subscriptions of cerberus reconcile.  Stripe does not list what has
 * changed since a time.  The events tell most of it, and all subscriptions that
 * have not ended are listed here, a hundred in a call.  One that is open here
 * and not listed has ended meanwhile.
 */
#include "stripe/list.h"
#include "sweep_subscriptions.h"

static const char sql_subscription[] =
    "SELECT donation_id, before, after FROM "
    "cerberus.stripe_subscription($1, $2, to_timestamp($3::bigint))";

static const char sql_open[] =
    "SELECT subscription_id AS id FROM "
    "cerberus.stripe_open_subscriptions($1, to_timestamp($2::bigint))";

/* Was it made since the last complete run? */
static bool
is_new(struct run *r, struct json_object *o)
{
	struct json_object	*created;

	return json_object_object_get_ex(o, "created", &created) &&
	    json_object_get_int64(created) >= (int64_t)r->since;
}

static int
each(struct json_object *o, void *ctx, struct err *e)
{
	struct run	*r = ctx;
	const char	*param[] = { run_account(r),
			    run_json(o), run_number(r, r->began) };
	const char	*before, *after;
	struct rows	*rows;
	int		 rc = 0;

	if (db_select(&r->db, sql_subscription, 3, param, &rows, e) != 0)
		return -1;
	if (rows_count(rows) == 0) {
		/* Older ones were reported by the run of their time. */
		if (is_new(r, o))
			rc = run_stray(r, o, e);
	} else {
		before = rows_text(rows, 0, "before");
		after = rows_text(rows, 0, "after");
		if (strcmp(before, after) != 0) {
			r->count[MENDED]++;
			run_row(r, rows_text(rows, 0, "donation_id"),
			    stripe_text(o, "id"), MENDED, before, after);
		}
	}
	run_forget(r);
	return rc;
}

/* Fetch a subscription; report one that Stripe does not have. */
static int
fetch(struct run *r, const char *id, struct err *e)
{
	struct json_object	*o = NULL;
	char			*path;
	int			 rc;

	if (asprintf(&path, "/v1/subscriptions/%s", id) == -1)
		return err_set(e, ERR_INTERNAL, "Out of memory.");
	rc = stripe_get(&r->cfg, r->keys, path, NULL, &o, e);
	free(path);
	if (rc == 0)
		rc = each(o, r, e);
	else if (e->code == ERR_NOT_FOUND) {
		run_unlisted(r, id);
		err_clear(e);
		rc = 0;
	}
	json_object_put(o);
	return rc;
}

int
sweep_subscriptions(struct run *r, struct err *e)
{
	static const char	 path[] = "/v1/subscriptions";

	/* Those that are new, and those that have not ended. */
	if (run_walk(r, path, "status", "all", NULL, r->since, each,
	    e) != 0 ||
	    run_walk(r, path, NULL, NULL, NULL, 0, each, e) != 0)
		return -1;
	return run_each_open(r, sql_open, 2, fetch, e);
}
