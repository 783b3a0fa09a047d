/*
 * The plan of a list of voters: choose_plan() decides.  search.c and ranked.c
 * build the statements of each plan.
 */
#include "rest/doc.h"
#include "segment.h"
#include "voter.h"
#include "voter_filter.h"
#include "voter_plan.h"

#define SMALL_CAMPAIGN	5000	/* up to here, filter by reading every voter
				 * of the campaign */

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
	    voter_filter_ids(rq->arena, filters, &ids)) {
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

void
voter_plan_narrow(struct arena *a, struct list_query *query,
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

	if (universe_resolve(rq, &query->filters, e) != 0 ||
	    read_scope(rq, query, 0, &scope, e) != 0)
		return -1;
	if (is_small(&scope))
		voter_plan_narrow(rq->arena, query, scope.campaigns);
	else
		list_predicates(rq->arena, &voter_list, &query->filters, NULL,
		    &query->where);
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
	    e) != 0 || voter_narrow(rq, &q, e) != 0)
		return -1;
	*out = q.where;
	return 0;
}

/* Make the predicates of the filters that were read, and choose the plan. */
static int
finish(struct req *rq, struct voter_query *v, struct err *e)
{
	struct filters	*filters = &v->list.filters;

	if (universe_resolve(rq, filters, e) != 0)
		return -1;
	list_predicates(rq->arena, &voter_list, filters, NULL,
	    &v->list.where);
	v->filters = filters->n - (filters->campaign != NULL);
	return choose_plan(rq, v, e);
}

int
voter_plan_read(struct req *rq, struct voter_query *v, struct err *e)
{
	if (segment_expand(rq, &rq->query, &v->form, e) != 0 ||
	    list_read(rq->arena, &v->form, &voter_list, NULL, &v->list, e) != 0)
		return -1;
	return finish(rq, v, e);
}

int
voter_plan_read_count(struct req *rq, struct voter_query *v, struct err *e)
{
	v->list.page = (struct page){ .number = 1 };
	v->list.only = 0;
	if (segment_expand(rq, &rq->query, &v->form, e) != 0 ||
	    filters_read(rq->arena, &v->form, &voter_list, universe_no_params,
	    &v->list.filters, e) != 0)
		return -1;
	return finish(rq, v, e);
}
