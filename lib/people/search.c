/*
 * The list of voters: five plans to find a page among millions of rows.  The
 * filters are in voter.c and voter_filter.c, the ranked plan in ranked.c.
 */
#include "core/text.h"
#include "ranked.h"
#include "rest/doc.h"
#include "search.h"
#include "segment.h"
#include "voter.h"
#include "voter_filter.h"

#define SMALL_CAMPAIGN	5000	/* up to here, filter by reading every voter
				 * of the campaign */

/* How the voters of a list are found. */
enum plan {
	/*
	 * No filter but a single campaign, in the order of ids.  The tallies
	 * give the total and the id where a page begins; an index gives the ids
	 * of the page.
	 */
	PLAN_BY_ID,

	/*
	 * One filter that voters_with() answers, in the order of ids: the ids
	 * of all matches are the total, and those of the page are read.
	 */
	PLAN_LOOKUP,

	/* Predicates on voters; the policies check every row that matches. */
	PLAN_FILTERED,

	/*
	 * The same if the caller's campaigns have few voters.  Only those are
	 * read, and counted on the way.
	 */
	PLAN_SMALL_CAMPAIGN,

	/*
	 * Only q, which looks like a name: search_voters() finds similar names,
	 * in the order of their similarity.
	 */
	PLAN_RANKED,
};

/* The voters that a list covers: voter_scope() in sql/deploy/tallies.sql. */
struct voter_scope {
	const char	*campaigns;	/* bigint[]; NULL: all voters */
	bool		 one;		/* a single campaign */
	int64_t		 total;		/* without filters */
	bool		 exact;		/* total is */
	const char	*start;		/* the page's block begins with this
					 * id; NULL: beyond the last row */
	const char	*skip;		/* rows of the block before the page */
};

/* A query of voters with all that its plan depends on. */
struct voter_query {
	struct list_query	 list;
	struct voter_scope	 scope;		/* not for PLAN_RANKED and
						 * PLAN_LOOKUP */
	size_t			 filters;	/* except campaign_id */
	enum plan		 plan;
};

/* offset is the number of rows before the page, 0 if it need not be found. */
static int
read_scope(struct req *rq, const struct list_query *query, int64_t offset,
    struct voter_scope *out, struct err *e)
{
	static const char	 sql[] =
	    "SELECT campaigns, cardinality(campaigns) = 1 AS one, total, "
	    "exact, start_id, skip FROM voter_scope($1, $2, $3)";
	const char		*param[] = { query->filters.campaign,
				    doc_id(rq->arena, offset),
				    query->page.descending ? "t" : "f" };
	const struct db_query	 q = { .sql = sql, .n = 3, .param = param,
				    .hot = true };
	struct rows		*r;

	if (db_exec(rq->db, &q, 1, &r, e) != 0)
		return -1;
	*out = (struct voter_scope){
		.campaigns = rows_text(r, 0, "campaigns"),
		.one = rows_bool(r, 0, "one"),
		.total = rows_int64(r, 0, "total"),
		.exact = rows_bool(r, 0, "exact"),
		.start = rows_text(r, 0, "start_id"),
		.skip = rows_text(r, 0, "skip"),
	};
	return 0;
}

static bool
is_small(const struct voter_scope *scope)
{
	return scope->campaigns != NULL && scope->total <= SMALL_CAMPAIGN;
}

/* Choose the plan; read the scope, unless the plan needs none. */
static int
choose_plan(struct req *rq, struct voter_query *v, struct err *e)
{
	const struct page	*page = &v->list.page;
	const struct filters	*filters = &v->list.filters;
	const char		*q = filters_value(filters, "q");
	bool			 by_id = v->filters == 0 && page->sort == 0;
	struct predicate	 ids;

	/* Another filter or a sort takes precedence over similarity. */
	if (v->filters == 1 && q != NULL && !page->sorted &&
	    voter_filter_is_name(q)) {
		v->plan = PLAN_RANKED;
		return 0;
	}
	if (page->ranked)
		return page_refuse_cursor(e);
	if (v->filters == 1 && page->sort == 0 &&
	    voter_filter_ids(filters, &ids)) {
		v->plan = PLAN_LOOKUP;
		return 0;
	}
	if (read_scope(rq, &v->list, by_id ? page_offset(page) : 0, &v->scope,
	    e) != 0)
		return -1;
	/* There are tallies of all voters, and of each single campaign. */
	if (by_id && v->scope.exact &&
	    (v->scope.campaigns == NULL || v->scope.one))
		v->plan = PLAN_BY_ID;
	/* Reading a few thousand rows costs less than any index on voters,
	 * which finds those of other campaigns, too. */
	else if (is_small(&v->scope))
		v->plan = PLAN_SMALL_CAMPAIGN;
	else
		v->plan = PLAN_FILTERED;
	return 0;
}

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
		where_add(&w, &(struct predicate){ "k.campaign_id = "
		    "(?1::bigint[])[1]", { v->scope.campaigns } });
	if (start != NULL)
		where_add(&w, &(struct predicate){ arena_printf(a,
		    "k.voter_id %s%s ?1", op, page->keyset ? "" : "="),
		    { start } });
	sql_add(q, "SELECT ");
	sql_columns(q, &voter_schema);
	buf_addf(&q->text, " FROM (SELECT k.voter_id FROM %s k",
	    v->scope.campaigns != NULL ? "campaign_voters" : "voters");
	sql_where(q, &w);
	buf_addf(&q->text, " ORDER BY k.voter_id%s LIMIT ", dir);
	sql_param(q, doc_id(a, page->per_page + 1));
	if (page_offset(page) > 0) {
		sql_add(q, " OFFSET ");
		sql_param(q, v->scope.start != NULL ? v->scope.skip :
		    doc_id(a, page_offset(page)));
	}
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
		where_add(&w, &(struct predicate){ page->descending ?
		    "k.id < ?1" : "k.id > ?1", { page->id } });
	sql_add(q, "WITH k (id) AS MATERIALIZED (");
	sql_predicate(q, ids);
	sql_add(q, ") SELECT ");
	sql_columns(q, &voter_schema);
	sql_add(q, ", (SELECT count(*) FROM k) AS total "
	    "FROM (SELECT k.id FROM k");
	sql_where(q, &w);
	buf_addf(&q->text, " ORDER BY k.id%s LIMIT ", dir);
	sql_param(q, doc_id(a, page->per_page + 1));
	sql_bind(q, " OFFSET ?1", doc_id(a, page_offset(page)));
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
	struct predicate	 ids = { NULL, { NULL } };
	struct rows		*rows, *counted;
	struct sql		 q, count;

	voter_filter_ids(&v->list.filters, &ids);
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

/* Rebuild the predicates so that only the voters of the campaigns are read. */
static void
narrow_to_campaigns(struct arena *a, struct list_query *query,
    const char *campaigns)
{
	const struct scope	 voters = { .where = "t.voter_id = ANY (ARRAY("
				    "SELECT k.voter_id FROM campaign_voters k "
				    "WHERE k.campaign_id = ANY ("
				    "?1::bigint[])))", .value = campaigns };
	const struct filters	*filters = &query->filters;
	struct list		 small = voter_list;
	bool			 narrowed = false;

	small.build = voter_filter_build_small;
	/* A lookup does so by itself. */
	for (size_t i = 0; i < filters->n; i++)
		if (voter_filter_is_lookup(
		    filters->given[i].filter->field.name))
			narrowed = true;
	list_predicates(a, &small, filters, narrowed ? NULL : &voters,
	    &query->where);
}

int
voter_narrow(struct req *rq, struct list_query *query, struct err *e)
{
	struct voter_scope	 scope;

	if (read_scope(rq, query, 0, &scope, e) != 0)
		return -1;
	if (is_small(&scope))
		narrow_to_campaigns(rq->arena, query, scope.campaigns);
	return 0;
}

int
voter_select(struct req *rq, const struct form *query,
    const char *const *known, struct where *out, struct err *e)
{
	struct form		 form;
	struct list_query	 q = { .only = 0 };

	if (segment_expand(rq, query, &form, e) != 0 ||
	    filters_read(rq->arena, &form, &voter_list, known, &q.filters,
	    e) != 0)
		return -1;
	list_predicates(rq->arena, &voter_list, &q.filters, NULL, &q.where);
	if (voter_narrow(rq, &q, e) != 0)
		return -1;
	*out = q.where;
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
		narrow_to_campaigns(rq->arena, &v->list, v->scope.campaigns);
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

int
voter_list_answer(struct req *rq, struct resp *rs, struct err *e)
{
	struct voter_query	 v;
	struct form		 query;

	if (segment_expand(rq, &rq->query, &query, e) != 0 ||
	    list_read(rq->arena, &query, &voter_list, NULL, &v.list, e) != 0)
		return -1;
	v.filters = v.list.filters.n - (v.list.filters.campaign != NULL);
	if (choose_plan(rq, &v, e) != 0)
		return -1;
	switch (v.plan) {
	case PLAN_BY_ID:
		return answer_by_id(rq, rs, &v, e);
	case PLAN_RANKED:
		return ranked_answer(rq, rs, &v.list, e);
	case PLAN_LOOKUP:
		return answer_lookup(rq, rs, &v, e);
	case PLAN_FILTERED:
	case PLAN_SMALL_CAMPAIGN:
		break;
	}
	return answer_filtered(rq, rs, &v, e);
}
