/* The list of possible duplicates.  duplicates() in sql/ scores the pairs. */
#include "core/text.h"
#include "duplicate.h"
#include "rest/doc.h"
#include "rest/list.h"

#define MIN_SCORE	50	/* unless the request has another */
#define SCORE_MAX	100

const char *const duplicate_params[] = {
	"campaign_id", "voter_id", "min_score", "page", "per_page", "cursor",
	NULL
};

static const struct field fields[] = {
	{ .name = "voter_ids", .kind = KIND_LIST },
	{ .name = "score", .kind = KIND_INT },
	{ .name = "reasons", .kind = KIND_LIST },
	{ .name = "names", .kind = KIND_LIST },
};

const struct schema pair_schema = {
	.one = "duplicate",
	.many = "duplicates",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

/*
 * The schema's columns, the ids of both voters and the number of all pairs.
 * Parameters: $1 the campaign or null, $2 the lowest score, $3 LIMIT, $4
 * OFFSET; $5 to $7 score and ids of the last pair of the previous page, or
 * null; $8 a voter of the pair or null.
 */
static const char sql_pairs[] =
    "WITH d AS MATERIALIZED (SELECT * FROM duplicates($1, $2) "
    "WHERE $8::bigint IS NULL OR $8::bigint IN (voter_id, other_id)), "
    "p AS (SELECT * FROM d WHERE $5::bigint IS NULL "
    "OR (-score, voter_id, other_id) > (-$5::bigint, $6::bigint, $7::bigint) "
    "ORDER BY score DESC, voter_id, other_id "
    "LIMIT $3::bigint OFFSET $4::bigint) "
    "SELECT json_build_array(p.voter_id, p.other_id) AS voter_ids, p.score, "
    "to_json(p.reasons) AS reasons, "
    "json_build_array(concat_ws(' ', x.first_name, x.last_name), "
    "concat_ws(' ', y.first_name, y.last_name)) AS names, "
    "p.voter_id, p.other_id, (SELECT count(*) FROM d) AS total "
    "FROM p JOIN voters x ON x.voter_id = p.voter_id "
    "JOIN voters y ON y.voter_id = p.other_id "
    "ORDER BY p.score DESC, p.voter_id, p.other_id";

static const char sql_count[] =
    "SELECT count(*) AS total FROM duplicates($1, $2) "
    "WHERE $3::bigint IS NULL OR $3::bigint IN (voter_id, other_id)";

/* Read a whole number from 1 to high; *value stays if the query has none. */
static int
read_number(struct req *rq, const char *name, int64_t high, int64_t *value,
    struct err *e)
{
	const struct pair	*p = form_find(&rq->query, name);

	if (p == NULL)
		return 0;
	if (!text_int64(p->value, p->len, value) || *value < 1 ||
	    *value > high)
		return err_field(e, name, "out_of_range", "%s must be a whole "
		    "number from 1 to %lld.", name, (long long)high);
	return 0;
}

/*
 * The cursor behind a pair: the second id, and "score|first id" as its value.
 */
static const char *
pair_cursor(struct arena *a, const struct page *page, const struct rows *r,
    size_t row)
{
	return page_cursor(a, page, PAGE_RANK, rows_text(r, row, "other_id"),
	    arena_printf(a, "%s|%s", rows_text(r, row, "score"),
	    rows_text(r, row, "voter_id")));
}

/*
 * Set $5 to $7 of sql_pairs from the cursor; without one they stay as they are.
 */
static int
read_pair_cursor(struct arena *a, const struct page *page,
    const char *param[3], struct err *e)
{
	char	*score, *bar;
	int64_t	 n;

	if (!page->keyset)
		return 0;
	score = arena_strdup(a, page->value != NULL ? page->value : "");
	if ((bar = strchr(score, '|')) != NULL)
		*bar++ = '\0';
	if (!page->ranked || bar == NULL ||
	    !text_int64(score, strlen(score), &n) || n < 0 || n > SCORE_MAX ||
	    !text_int64(bar, strlen(bar), &n))
		return page_refuse_cursor(e);
	param[0] = score;
	param[1] = bar;
	param[2] = page->id;
	return 0;
}

/* Every row has the total; a page beyond the end has no row, and asks again. */
static int
count_pairs(struct req *rq, const struct rows *page, const char *const *param,
    int64_t *total, struct err *e)
{
	const char	*all[] = { param[0], param[1], param[7] };
	struct rows	*count;

	if (rows_count(page) > 0) {
		*total = rows_int64(page, 0, "total");
		return 0;
	}
	if (db_select(rq->db, sql_count, 3, all, &count, e) != 0)
		return -1;
	*total = rows_int64(count, 0, "total");
	return 0;
}

int
duplicate_list_answer(struct req *rq, struct resp *rs, struct err *e)
{
	int64_t			 campaign = 0, voter = 0, score = MIN_SCORE;
	const char		*param[8] = { NULL };
	struct page		 page;
	struct list_result	 result = { .cursor = pair_cursor };
	struct rows		*rows;

	/* All, so that every bad parameter is named at once. */
	if ((read_number(rq, "campaign_id", INT64_MAX, &campaign, e) |
	    read_number(rq, "voter_id", INT64_MAX, &voter, e) |
	    read_number(rq, "min_score", SCORE_MAX, &score, e) |
	    page_read(rq->arena, &rq->query, &pair_schema, &page, e)) != 0 ||
	    read_pair_cursor(rq->arena, &page, &param[4], e) != 0)
		return -1;
	param[0] = campaign > 0 ? doc_id(rq->arena, campaign) : NULL;
	param[1] = doc_id(rq->arena, score);
	param[7] = voter > 0 ? doc_id(rq->arena, voter) : NULL;
	/* One more than the page has, to see whether another follows. */
	param[2] = doc_id(rq->arena, page.per_page + 1);
	param[3] = doc_id(rq->arena, page_offset(&page));
	if (db_select(rq->db, sql_pairs, 8, param, &rows, e) != 0 ||
	    count_pairs(rq, rows, param, &result.total, e) != 0)
		return -1;
	result.rows = rows;
	list_write(rq, rs, &pair_schema, &page, &result);
	return 0;
}
