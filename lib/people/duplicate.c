/* Pairs of voters who may be the same person. */
#include "core/text.h"
#include "duplicate.h"
#include "rest/doc.h"
#include "rest/list.h"

#define MIN_SCORE	50	/* unless the request has another */
#define SCORE_MAX	100

const char *const duplicate_params[] = {
	"campaign_id", "min_score", "page", "per_page", "cursor", NULL
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
 * null.
 */
static const char sql_pairs[] =
    "WITH d AS MATERIALIZED (SELECT * FROM duplicates($1, $2)), "
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
    "SELECT count(*) AS total FROM duplicates($1, $2)";

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
pair_cursor(struct req *rq, const struct place *at, const PGresult *res,
    int row)
{
	const struct rows	*r = ROWS(res);
	size_t			 i = (size_t)row;

	return place_cursor(rq, at, "rank", rows_text(r, i, "other_id"),
	    arena_printf(rq->arena, "%s|%s", rows_text(r, i, "score"),
	    rows_text(r, i, "voter_id")));
}

/*
 * Set $5 to $7 of sql_pairs from the cursor; without one they stay as they are.
 */
static int
read_pair_cursor(struct req *rq, const struct place *at,
    const char *param[3], struct err *e)
{
	char	*score, *bar;
	int64_t	 n;

	if (!at->keyset)
		return 0;
	score = arena_strdup(rq->arena, at->value != NULL ? at->value : "");
	if ((bar = strchr(score, '|')) != NULL)
		*bar++ = '\0';
	if (!at->ranked || bar == NULL ||
	    !text_int64(score, strlen(score), &n) || n < 0 || n > SCORE_MAX ||
	    !text_int64(bar, strlen(bar), &n))
		return err_field(e, "cursor", "invalid_cursor",
		    "This cursor belongs to another list. Start again "
		    "without one.");
	param[0] = score;
	param[1] = bar;
	param[2] = at->id;
	return 0;
}

/* Every row has the total; a page beyond the end has no row, and asks again. */
static int
count_pairs(struct req *rq, const struct rows *page, const char *const *param,
    int64_t *total, struct err *e)
{
	struct rows	*count;

	if (rows_count(page) > 0) {
		*total = rows_int64(page, 0, "total");
		return 0;
	}
	if (db_select(rq->db, sql_count, 2, param, &count, e) != 0)
		return -1;
	*total = rows_int64(count, 0, "total");
	return 0;
}

int
duplicate_list_answer(struct req *rq, struct resp *rs, struct err *e)
{
	int64_t			 campaign = 0, score = MIN_SCORE;
	const char		*param[7] = { NULL };
	struct place		 at;
	struct list_page	 p = { .cursor = pair_cursor };
	struct rows		*rows;

	/* All, so that every bad parameter is named at once. */
	if ((read_number(rq, "campaign_id", INT64_MAX, &campaign, e) |
	    read_number(rq, "min_score", SCORE_MAX, &score, e) |
	    place_read(rq, &pair_schema, &at, e)) != 0 ||
	    read_pair_cursor(rq, &at, &param[4], e) != 0)
		return -1;
	param[0] = campaign > 0 ? doc_id(rq->arena, campaign) : NULL;
	param[1] = doc_id(rq->arena, score);
	/* One more than the page has, to see whether another follows. */
	param[2] = doc_id(rq->arena, at.per_page + 1);
	param[3] = doc_id(rq->arena, at.keyset ? 0 :
	    (at.page - 1) * at.per_page);
	if (db_select(rq->db, sql_pairs, 7, param, &rows, e) != 0 ||
	    count_pairs(rq, rows, param, &p.total, e) != 0)
		return -1;
	p.rows = (const PGresult *)(const void *)rows;
	list_write(rq, rs, &pair_schema, &at, &p);
	return 0;
}
