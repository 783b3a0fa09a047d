/*
 * Counting the voters of a list, exactly up to COUNT_EXACT.  voter_plan.c
 * chooses the plan, search.c answers with the rows.
 */
#include <inttypes.h>

#include "rest/doc.h"
#include "universe_blame.h"
#include "voter_count.h"
#include "voter_filter.h"

#define COUNT_EXACT	100000	/* more than these may be estimated */
#define SAMPLE_ROWS	20000	/* rows to estimate from */

struct count {
	int64_t	 n;
	bool	 estimate;
};

/* Append the sample of the table's blocks, of this percentage. */
static void
add_sample(struct sql *q, const char *percent)
{
	sql_bind(q, "(SELECT count(*) FROM voters t "
	    "TABLESAMPLE SYSTEM (?1::float8) REPEATABLE (1)", percent);
}

/*
 * Estimate how many voters match, by testing a sample of the table's blocks.
 * The planner's own estimate of a condition with many parts can be wrong by
 * orders of magnitude.  How many voters the caller sees in the sample tells its
 * size, unless that number is not known for the table.
 */
static int
estimate(struct req *rq, const struct where *w, struct count *out,
    struct err *e)
{
	static const char	 sql_share[] =
	    "SELECT least(100, 100.0 * $1::integer / greatest(reltuples, 1)) "
	    "AS percent FROM pg_class WHERE oid = 'voters'::regclass";
	const char	*rows = doc_id(rq->arena, SAMPLE_ROWS), *percent;
	struct sql	 q;
	struct rows	*r;
	double		 share, n;

	if (db_select(rq->db, sql_share, 1, &rows, &r, e) != 0)
		return -1;
	percent = rows_text(r, 0, "percent");
	sql_init(&q, rq->arena);
	sql_add(&q, "SELECT ");
	add_sample(&q, percent);
	sql_where(&q, w);
	sql_add(&q, ") AS n, ");
	add_sample(&q, percent);
	sql_add(&q, ") AS seen, s.total, s.exact "
	    "FROM voter_scope(NULL, 0, false) s");
	if (db_select(rq->db, buf_str(&q.text), q.n, q.param, &r, e) != 0)
		return -1;
	share = strtod(percent, NULL) / 100;
	if (rows_bool(r, 0, "exact") && rows_int64(r, 0, "seen") > 0 &&
	    rows_int64(r, 0, "total") > 0)
		share = (double)rows_int64(r, 0, "seen") /
		    (double)rows_int64(r, 0, "total");
	n = (double)rows_int64(r, 0, "n") / share;
	if (n > (double)out->n)
		out->n = (int64_t)n;
	out->estimate = true;
	return 0;
}

static int
count_filtered(struct req *rq, struct voter_query *v, struct count *out,
    struct err *e)
{
	struct sql	 q;
	struct rows	*r;

	if (v->plan == PLAN_SMALL_CAMPAIGN)
		voter_plan_narrow(rq->arena, &v->list,
		    v->scope.campaigns);
	sql_init(&q, rq->arena);
	sql_add(&q, "SELECT count(*) AS n FROM (SELECT FROM voters t");
	sql_where(&q, &v->list.where);
	buf_addf(&q.text, " LIMIT %d) c", COUNT_EXACT + 1);
	if (db_select(rq->db, buf_str(&q.text), q.n, q.param, &r, e) != 0)
		return -1;
	out->n = rows_int64(r, 0, "n");
	return out->n > COUNT_EXACT ?
	    estimate(rq, &v->list.where, out, e) : 0;
}

static int
count_lookup(struct req *rq, const struct voter_query *v, struct count *out,
    struct err *e)
{
	struct predicate	 ids = { .sql = NULL };
	struct sql		 q;
	struct rows		*r;

	voter_filter_ids(rq->arena, &v->list.filters, &ids);
	sql_init(&q, rq->arena);
	sql_add(&q, "SELECT count(*) AS n FROM (");
	sql_predicate(&q, &ids);
	sql_add(&q, ") k");
	if (db_select(rq->db, buf_str(&q.text), q.n, q.param, &r, e) != 0)
		return -1;
	out->n = rows_int64(r, 0, "n");
	return 0;
}

static int
count_ranked(struct req *rq, const struct voter_query *v, struct count *out,
    struct err *e)
{
	const struct filters	*filters = &v->list.filters;
	const char		*param[] = { filters_value(filters, "q"),
				    NULL };
	struct rows		*r;

	if (filters->campaign != NULL)
		param[1] = arena_printf(rq->arena, "{%s}", filters->campaign);
	if (db_select(rq->db, "SELECT total, exact FROM search_total($1, $2)",
	    2, param, &r, e) != 0)
		return -1;
	out->n = rows_int64(r, 0, "total");
	out->estimate = !rows_bool(r, 0, "exact");
	return 0;
}

static int
count(struct req *rq, struct voter_query *v, struct count *out, struct err *e)
{
	*out = (struct count){ .n = 0 };
	switch (v->plan) {
	case PLAN_BY_ID:
		out->n = v->scope.total;
		return 0;
	case PLAN_RANKED:
		return count_ranked(rq, v, out, e);
	case PLAN_LOOKUP:
		return count_lookup(rq, v, out, e);
	case PLAN_FILTERED:
	case PLAN_SMALL_CAMPAIGN:
		break;
	}
	if (v->filters > 0 || !v->scope.exact)
		return count_filtered(rq, v, out, e);
	out->n = v->scope.total;
	return 0;
}

int
voter_count_answer(struct req *rq, struct resp *rs, struct err *e)
{
	struct voter_query	 v;
	struct count		 c;

	if (voter_plan_read_count(rq, &v, e) != 0)
		return -1;
	if (count(rq, &v, &c, e) != 0)
		return universe_blame(rq, v.list.filters.steps, e);
	buf_addf(resp_json(rs, 200), "{\"count\":%" PRId64 "%s}", c.n,
	    c.estimate ? ",\"count_is_estimate\":true" : "");
	return 0;
}

int
voter_count_head(struct req *rq, struct resp *rs, struct voter_query *v,
    struct err *e)
{
	struct count	 c;

	if (count(rq, v, &c, e) != 0)
		return -1;
	resp_json(rs, 200);
	resp_header(rs, "X-Total-Count", doc_id(rq->arena, c.n));
	if (c.estimate)
		resp_header(rs, "X-Total-Is-Estimate", "true");
	return 0;
}
