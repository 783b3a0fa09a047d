/*
 * Sends the ballots of a file to PostgreSQL, which stores the staged votes.
 * Voters are merged by stage_merge.c.
 */
#include "core/text.h"
#include "history_store.h"
#include "record/json.h"
#include "stage_merge.h"

#define BALLOTS_MAX	(32 * 1024 * 1024)	/* bytes of the list */

static void
add_member(struct buf *b, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_addf(b, ",\"%s\":", name);
	json_add_string(b, value, strlen(value));
}

/* Return the ballots as import_ballots() expects them. */
static const char *
ballots_json(const struct history *h, struct arena *a)
{
	struct buf	 b;

	buf_init_in(&b, a, BALLOTS_MAX);
	buf_addc(&b, '[');
	for (size_t i = 0; i < h->nballots; i++) {
		const struct ballot	*one = &h->ballot[i];

		buf_addf(&b, "%s{\"code\":%zu,\"year\":%d", i > 0 ? "," : "",
		    i + 1, one->year);
		add_member(&b, "state", one->state);
		add_member(&b, "date", one->date);
		add_member(&b, "kind", one->kind);
		add_member(&b, "name", one->name != NULL ? one->name : "");
		add_member(&b, "method", one->method);
		add_member(&b, "party", one->party);
		buf_addc(&b, '}');
	}
	buf_addc(&b, ']');
	return buf_str(&b);
}

/* Run the statement within the time that merges have. */
static int
run(struct db *db, const struct db_query *store, int64_t timeout,
    struct arena *a, struct rows **out, struct err *e)
{
	const char	*limit = arena_printf(a, "%lld", (long long)timeout);
	const struct db_query q[2] = {
		{ .sql = "SELECT set_config('statement_timeout', $1 || 's', "
		    "true)", .n = 1, .param = &limit },
		*store,
	};
	struct rows	*r[2];

	if (db_exec(db, q, 2, r, e) != 0)
		return -1;
	*out = r[1];
	return 0;
}

static int
store_rows(struct history *h, struct db *db, const struct stage_merge *m,
    struct report *report, struct err *e)
{
	static const char sql[] =
	    "SELECT rows, duplicates, rejected, warned, votes "
	    "FROM cerberus.import_history($1, $2, $3, $4, $5, $6, $7)";
	struct arena	*a = report->arena;
	char		 sha[2 + 64 + 1] = "\\x";
	const char	*param[7] = {
		m->import_id, m->campaign_id, ballots_json(h, a),
		arena_printf(a, "%lld", (long long)h->no_vote),
		arena_printf(a, "%lld", (long long)report->bytes), sha,
		stage_merge_unmapped(m->plan, a)
	};
	const struct db_query	 q = { .sql = sql, .n = 7, .param = param };
	struct rows	*r;

	text_hex(m->sha256, 32, sha + 2);
	if (run(db, &q, m->timeout, a, &r, e) != 0)
		return -1;
	h->counts = arena_strdup(a, rows_text(r, 0, "votes"));
	report->rows = rows_int64(r, 0, "rows");
	report->duplicates = rows_int64(r, 0, "duplicates");
	report->rejected = rows_int64(r, 0, "rejected");
	report->warned = rows_int64(r, 0, "warned");
	return report->warned + (int64_t)report->file_warnings.n == 0 ? 0 :
	    stage_merge_warnings(db, m->import_id, report, e);
}

int
history_store(struct history *h, struct db *db, const struct stage_merge *m,
    struct report *report, struct err *e)
{
	static const char sql[] =
	    "SELECT cerberus.import_votes($1, $2, $3) AS votes";
	const char	*param[3];
	const struct db_query	 q = { .sql = sql, .n = 3, .param = param };
	struct rows	*r;

	if (h->rules == NULL)
		return 0;
	if (h->rules->rows)
		return store_rows(h, db, m, report, e);
	if (h->nballots == 0)
		return 0;
	param[0] = m->import_id;
	param[1] = stage_merge_columns(m->plan, report->arena);
	param[2] = ballots_json(h, report->arena);
	if (run(db, &q, m->timeout, report->arena, &r, e) != 0)
		return -1;
	h->counts = arena_strdup(report->arena, rows_text(r, 0, "votes"));
	return 0;
}
