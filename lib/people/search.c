/*
 * The list of voters by the plan that voter_plan.c chooses.  The filters are in
 * voter.c, voter_filter.c and universe.c, the ranked plan in ranked.c.
 */
#include "ranked.h"
#include "rest/doc.h"
#include "search.h"
#include "universe_blame.h"
#include "voter.h"
#include "voter_count.h"
#include "voter_filter.h"
#include "voter_plan.h"

#define SKIP_MAX	1023	/* voter_scope() finds a block of 1,024 ids */

/* Append the ids of one page, from an index alone, joined with the voters. */
static void
select_by_id(struct arena *a, const struct voter_query *v, struct sql *q)
{
	const struct page	*page = &v->list.page;
	const char		*op = page->descending ? "<" : ">";
	const char		*dir = page->descending ? " DESC" : "";
	const char		*start = page->keyset ? page->id :
				    v->scope.start;
	struct where		 w = { .n = 0 };

	if (v->scope.campaigns != NULL)
		where_add(&w, &(struct predicate){ .sql = "k.campaign_id = "
		    "(?1::bigint[])[1]", .value = { v->scope.campaigns } });
	if (start != NULL)
		/* PostgreSQL does not look at an id in a query: near the end of
		 * the list it would expect few rows, and plan each time. */
		where_add(&w, &(struct predicate){ .sql = arena_printf(a,
		    "k.voter_id %s%s (SELECT ?1::bigint)", op,
		    page->keyset ? "" : "="), .value = { start } });
	sql_add(q, "SELECT ");
	sql_columns(q, &voter_schema);
	sql_add(q, " FROM (SELECT k.voter_id FROM ");
	if (v->scope.start != NULL)
		sql_add(q, "(SELECT k.voter_id FROM ");
	buf_addf(&q->text, "%s k", v->scope.campaigns != NULL ?
	    "campaign_voters" : "voters");
	sql_where(q, &w);
	buf_addf(&q->text, " ORDER BY k.voter_id%s", dir);
	/* A page begins at most SKIP_MAX rows after the start of its scope.
	 * The planner has to know that few rows are read. */
	if (v->scope.start != NULL)
		buf_addf(&q->text, " LIMIT %d) k",
		    SKIP_MAX + PER_PAGE_MAX + 1);
	list_limit(a, page, true, q);
	if (v->scope.start != NULL)
		sql_bind(q, " OFFSET ?1", v->scope.skip);
	else
		list_offset(a, page, q);
	sql_add(q, ") k JOIN voters t USING (voter_id)");
	sql_join(q, &voter_schema);
	buf_addf(&q->text, " ORDER BY t.voter_id%s", dir);
}

static int
answer_by_id(struct req *rq, struct resp *rs, const struct voter_query *v,
    struct err *e)
{
	struct list_result	 p = { .only = v->list.only,
				    .total = v->scope.total };
	struct sql		 q;
	struct rows		*rows;

	sql_init(&q, rq->arena);
	select_by_id(rq->arena, v, &q);
	if (db_select(rq->db, buf_str(&q.text), q.n, q.param, &rows, e) != 0)
		return -1;
	p.rows = rows;
	list_write(rq, rs, &voter_schema, &v->list.page, &p);
	return 0;
}

/* Append the page of the ids that the only filter finds, and their number. */
static void
select_lookup(struct arena *a, const struct voter_query *v,
    const struct predicate *ids, struct sql *q)
{
	const struct page	*page = &v->list.page;
	const char		*dir = page->descending ? " DESC" : "";
	struct where		 w = { .n = 0 };

	if (page->keyset)
		where_add(&w, &(struct predicate){ .sql = page->descending ?
		    "k.id < ?1" : "k.id > ?1", .value = { page->id } });
	sql_add(q, "WITH k (id) AS MATERIALIZED (");
	sql_predicate(q, ids);
	sql_add(q, ") SELECT ");
	sql_columns(q, &voter_schema);
	sql_add(q, ", (SELECT count(*) FROM k) AS total "
	    "FROM (SELECT k.id FROM k");
	sql_where(q, &w);
	buf_addf(&q->text, " ORDER BY k.id%s", dir);
	list_limit(a, page, true, q);
	list_offset(a, page, q);
	sql_add(q, ") p JOIN voters t ON t.voter_id = p.id ");
	sql_join(q, &voter_schema);
	buf_addf(&q->text, " ORDER BY t.voter_id%s", dir);
}

static int
answer_lookup(struct req *rq, struct resp *rs, const struct voter_query *v,
    struct err *e)
{
	const struct page	*page = &v->list.page;
	struct list_result	 p = { .only = v->list.only };
	struct predicate	 ids = { .sql = NULL };
	struct rows		*rows, *counted;
	struct sql		 q, count;

	voter_filter_ids(rq->arena, &v->list.filters, &ids);
	sql_init(&q, rq->arena);
	select_lookup(rq->arena, v, &ids, &q);
	if (db_select(rq->db, buf_str(&q.text), q.n, q.param, &rows, e) != 0)
		return -1;
	/* Every row has the total; an empty page has to ask for it. */
	counted = rows;
	if (rows_count(rows) == 0 && (page->keyset || page->number > 1)) {
		sql_init(&count, rq->arena);
		sql_add(&count, "SELECT count(*) AS total FROM (");
		sql_predicate(&count, &ids);
		sql_add(&count, ") k");
		if (db_select(rq->db, buf_str(&count.text), count.n,
		    count.param, &counted, e) != 0)
			return -1;
	}
	p.rows = rows;
	if (rows_count(counted) > 0)
		p.total = rows_int64(counted, 0, "total");
	list_write(rq, rs, &voter_schema, page, &p);
	return 0;
}

/*
 * Answer by predicates.  The total comes from the scope if that is exact and
 * there are no filters; in a small campaign from the first page's rows, since
 * all of them have been read anyway; else from a statement of its own.
 */
static int
answer_filtered(struct req *rq, struct resp *rs, struct voter_query *v,
    struct err *e)
{
	const struct schema	*s = &voter_schema;
	const struct where	*where = &v->list.where;
	const struct page	*page = &v->list.page;
	struct list_result	 p = { .only = v->list.only };
	bool			 small = v->plan == PLAN_SMALL_CAMPAIGN;
	bool			 known = v->filters == 0 && v->scope.exact;
	bool			 in_rows = !known && small && !page->keyset;
	struct sql		 select, count;
	struct db_query		 q[2];
	struct rows		*rows[2];

	if (small)
		voter_plan_narrow(rq->arena, &v->list,
		    v->scope.campaigns);
	sql_init(&select, rq->arena);
	sql_init(&count, rq->arena);
	list_select(rq->arena, s, where, page, in_rows, &select);
	list_count(s, where, &count);
	if (select.text.failed || count.text.failed)
		return err_detail(e, ERR_INTERNAL,
		    "the list's statement is too long");
	q[0] = list_statement(&select);
	q[1] = list_statement(&count);
	if (db_exec(rq->db, q, known || in_rows ? 1 : 2, rows, e) != 0)
		return -1;
	p.rows = rows[0];
	if (known) {
		p.total = v->scope.total;
	} else if (in_rows && rows_count(rows[0]) > 0) {
		p.total = rows_int64(rows[0], 0, "total");
	} else if (!in_rows || page->number > 1) {
		/* A page beyond the last row has no row with the total. */
		if (in_rows && db_exec(rq->db, &q[1], 1, &rows[1], e) != 0)
			return -1;
		if (list_total(rq, s, where, rows[1], &p.total, &p.estimate,
		    e) != 0)
			return -1;
	}
	list_write(rq, rs, s, page, &p);
	return 0;
}

static int
answer(struct req *rq, struct resp *rs, struct voter_query *v, struct err *e)
{
	switch (v->plan) {
	case PLAN_BY_ID:
		return answer_by_id(rq, rs, v, e);
	case PLAN_RANKED:
		return ranked_answer(rq, rs, &v->list, e);
	case PLAN_LOOKUP:
		return answer_lookup(rq, rs, v, e);
	case PLAN_FILTERED:
	case PLAN_SMALL_CAMPAIGN:
		break;
	}
	return answer_filtered(rq, rs, v, e);
}

int
voter_list_answer(struct req *rq, struct resp *rs, struct err *e)
{
	struct voter_query	 v;

	if (voter_plan_read(rq, &v, e) != 0)
		return -1;
	if ((rq->head ? voter_count_head(rq, rs, &v, e) :
	    answer(rq, rs, &v, e)) != 0)
		return universe_blame(rq, v.list.filters.steps, e);
	return 0;
}
