/*
 * What the steps of cerberus reconcile share: the report on standard output,
 * statements with the account at hand, and walking through Stripe's lists.
 */
#include <inttypes.h>

#include "stripe/list.h"
#include "sweep_run.h"

static const char *const outcomes[OUTCOME__MAX] = {
	[SAME] = "same",
	[MENDED] = "mended",
	[LINKED] = "linked",
	[CREATED] = "created",
	[FOREIGN] = "foreign",
	[UNLISTED] = "unlisted",
	[WAITING] = "waiting",
};

static const char sql_stray[] =
    "SELECT cerberus.stripe_stray($1, $2) AS stray";

void
run_clear_progress(struct run *r)
{
	if (r->terminal)
		fprintf(stderr, "\r\033[K");
}

void
run_progress(struct run *r)
{
	if (r->terminal)
		fprintf(stderr, "\r%zu intents", r->seen);
}

static const char *
cell(const char *text)
{
	return text != NULL ? text : "";
}

void
run_row(struct run *r, const char *donation, const char *id,
    enum outcome what, const char *before, const char *after)
{
	run_clear_progress(r);
	if (!r->headed)
		printf("%-10s %-30s %-9s %-30s %s\n", "donation", "id",
		    "action", "before", "after");
	r->headed = true;
	printf("%-10s %-30s %-9s %-30s %s\n", cell(donation), cell(id),
	    outcomes[what], cell(before), cell(after));
	fflush(stdout);
}

void
run_summary(struct run *r)
{
	const char	*sep = ": ";

	run_clear_progress(r);
	if (r->quiet && !r->headed)
		return;
	printf("%zu intents", r->seen);
	for (size_t i = 0; i < OUTCOME__MAX; i++)
		if (r->count[i] > 0) {
			printf("%s%zu %s", sep, r->count[i], outcomes[i]);
			sep = ", ";
		}
	putchar('\n');
}

void
run_unlisted(struct run *r, const char *id)
{
	run_row(r, NULL, id, UNLISTED, "open", "-");
	r->count[UNLISTED]++;
	r->people++;
}

const char *
run_number(struct run *r, int64_t n)
{
	return arena_printf(&r->arena, "%" PRId64, n);
}

const char *
run_account(struct run *r)
{
	return run_number(r, r->keys->campaign_id);
}

void
run_forget(struct run *r)
{
	db_forget(&r->db);
	arena_reset(&r->arena);
}

const char *
run_json(struct json_object *o)
{
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

int
run_ask(struct run *r, const char *sql, struct json_object *o,
    struct rows **rows, struct err *e)
{
	const char	*param[] = { run_account(r), run_json(o) };

	return db_select(&r->db, sql, 2, param, rows, e);
}

int
run_walk(struct run *r, const char *path, const char *name, const char *value,
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
run_each_open(struct run *r, const char *sql, size_t n,
    int (*fetch)(struct run *, const char *, struct err *), struct err *e)
{
	struct json_object	*ids;
	const char		*param[] = { run_account(r),
				    run_number(r, r->began) };
	struct rows		*rows;
	int			 rc = 0;

	if (db_select(&r->db, sql, n, param, &rows, e) != 0)
		return -1;
	/* Each call resets the arena of the rows. */
	ids = json_object_new_array();
	for (size_t i = 0; i < rows_count(rows); i++)
		json_object_array_add(ids,
		    json_object_new_string(rows_text(rows, i, "id")));
	run_forget(r);
	for (size_t i = 0; rc == 0 && i < json_object_array_length(ids); i++)
		rc = fetch(r, json_object_get_string(
		    json_object_array_get_idx(ids, i)), e);
	json_object_put(ids);
	return rc;
}

int
run_stray(struct run *r, struct json_object *o, struct err *e)
{
	struct rows	*rows;
	const char	*status = stripe_text(o, "status");

	if (run_ask(r, sql_stray, o, &rows, e) != 0)
		return -1;
	if (rows_bool(rows, 0, "stray")) {
		run_row(r, NULL, stripe_text(o, "id"), FOREIGN, status,
		    "needs a person");
		r->people++;
	}
	return 0;
}
