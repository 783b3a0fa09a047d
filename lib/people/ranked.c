/*
 * The list of voters whose names are similar to q=, the best matches first.
 * search_voters() in sql/ finds them.
 */
#include "core/text.h"
#include "ranked.h"
#include "rest/doc.h"
#include "voter.h"

#define SCORE_MAX	100000	/* of search_voters() */

/* The position in the order by similarity; all NULL: the beginning. */
struct rank {
	const char	*score, *last, *first, *id;
};

/* Return the cursor behind a row, with the value "score|last|first". */
static const char *
ranked_cursor(struct arena *a, const struct page *page, const struct rows *r,
    size_t row)
{
	return page_cursor(a, page, PAGE_RANK, rows_text(r, row, "voter_id"),
	    arena_printf(a, "%s|%s|%s", rows_text(r, row, "rank_score"),
	    rows_text(r, row, "rank_last"),
	    rows_text(r, row, "rank_first")));
}

static int
read_rank(struct arena *a, const struct page *page, struct rank *out,
    struct err *e)
{
	char	*score, *last, *first = NULL;
	int64_t	 n;

	*out = (struct rank){ NULL, NULL, NULL, NULL };
	if (!page->keyset)
		return 0;
	score = arena_strdup(a, page->value);
	if ((last = strchr(score, '|')) != NULL)
		first = strchr(last + 1, '|');
	if (last == NULL || first == NULL)
		return page_refuse_cursor(e);
	*last++ = '\0';
	*first++ = '\0';
	if (!text_int64(score, strlen(score), &n) || n < 0 || n > SCORE_MAX)
		return page_refuse_cursor(e);
	*out = (struct rank){ score, last, first, page->id };
	return 0;
}

static void
select_ranked(struct arena *a, const struct page *page, const char *name,
    const char *campaigns, const struct rank *after, struct sql *q)
{
	int64_t	 offset = page_offset(page);

	sql_add(q, "SELECT ");
	sql_columns(q, &voter_schema);
	/* voters has last_name and first_name, too. */
	sql_add(q, ", s.score AS rank_score, s.last_name AS rank_last, "
	    "s.first_name AS rank_first, s.total, s.exact "
	    "FROM search_voters(");
	sql_param(q, name);
	sql_bind(q, ", ?1::bigint[]", campaigns);
	sql_bind(q, ", ?1::bigint", doc_id(a, offset + page->per_page + 1));
	sql_bind(q, ", ?1::integer", after->score);
	sql_bind(q, ", ?1::text", after->last);
	sql_bind(q, ", ?1::text", after->first);
	sql_bind(q, ", ?1::bigint) s JOIN voters t USING (voter_id)",
	    after->id);
	sql_join(q, &voter_schema);
	sql_add(q, " ORDER BY s.score, s.last_name COLLATE \"C\", "
	    "s.first_name COLLATE \"C\", t.voter_id");
	sql_bind(q, " OFFSET ?1::bigint", doc_id(a, offset));
}

int
ranked_answer(struct req *rq, struct resp *rs, const struct list_query *query,
    struct err *e)
{
	const struct filters	*filters = &query->filters;
	const struct page	*page = &query->page;
	struct list_result	 p = { .only = query->only,
				    .cursor = ranked_cursor };
	const char		*param[] = { filters_value(filters, "q"),
				    NULL };
	struct rank		 after;
	struct rows		*rows, *counted;
	struct sql		 q;

	if (read_rank(rq->arena, page, &after, e) != 0)
		return -1;
	if (filters->campaign != NULL)
		param[1] = arena_printf(rq->arena, "{%s}", filters->campaign);
	sql_init(&q, rq->arena);
	select_ranked(rq->arena, page, param[0], param[1], &after, &q);
	if (db_select(rq->db, buf_str(&q.text), q.n, q.param, &rows, e) != 0)
		return -1;
	/* Every row has the total; an empty page has to ask for it. */
	counted = rows;
	if (rows_count(rows) == 0 && db_select(rq->db, "SELECT total, exact "
	    "FROM search_total($1, $2)", 2, param, &counted, e) != 0)
		return -1;
	p.rows = rows;
	p.total = rows_int64(counted, 0, "total");
	p.estimate = !rows_bool(counted, 0, "exact");
	list_write(rq, rs, &voter_schema, page, &p);
	return 0;
}
