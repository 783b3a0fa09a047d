/* Voters who are one person; and all that is known about one. */
#include "consent.h"
#include "core/text.h"
#include "rest/doc.h"
#include "money/donation.h"
#include "http/etag.h"
#include "canvass/interaction.h"
#include "merge.h"
#include "rest/list.h"
#include "rest/resource.h"
#include "record/json.h"
#include "canvass/survey.h"
#include "voter.h"

/* clang-format off */
#define MERGE_FIELDS(F, P) \
	F(P, INT,    merge_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    kept_id,    .flags = F_SERVER) \
	F(P, INT,    merged_id,  .flags = F_SERVER) \
	F(P, INT,    user_id,    .flags = F_SERVER) \
	F(P, TIME,   created_at, .flags = F_SERVER | F_SORT) \
	F(P, TIME,   undone_at,  .flags = F_SERVER)
/* clang-format on */

static const struct field merge_fields[] = {
	MERGE_FIELDS(FIELD_ROW, MERGE)
};

const struct schema merge_schema = {
	.table = "merges",
	.one = "merge",
	.many = "merges",
	.key = "merge_id",
	.field = merge_fields,
	.n = ARRAY_LEN(merge_fields),
};

static const struct filter merge_filters[] = {
	{ { .name = "kept_id", .kind = KIND_INT }, "t.kept_id = ?" },
	{ { .name = "merged_id", .kind = KIND_INT }, "t.merged_id = ?" },
};

const struct list merge_list = {
	.schema = &merge_schema,
	.filter = merge_filters,
	.n = ARRAY_LEN(merge_filters),
};

/* Runs a function of ours, and answers with a voter that it speaks of. */
static int
run_and_show(struct req *rq, struct resp *rs, const char *sql, int n,
    const char *const *param, const char *which, const char *head,
    struct err *e)
{
	struct sql	 get;
	struct db_query	 q[2];
	PGresult	*res[2] = { NULL };
	struct buf	*b;
	int		 rc = -1;

	sql_init(&get, rq->arena);
	sql_add(&get, "SELECT ");
	sql_columns(&get, &voter_schema);
	sql_bind(&get, " FROM voters t WHERE t.voter_id = ", NULL);
	sql_bind(&get, which, param[0]);
	q[0] = (struct db_query){ .sql = sql, .n = n, .param = param };
	q[1] = (struct db_query){ .sql = get.text.data, .n = get.n,
	    .param = get.param };
	if (db_run(rq->db, q, 2, res, e) != 0)
		goto out;
	if (PQntuples(res[1]) == 0) {
		err_detail(e, ERR_INTERNAL, "a merged voter is not visible");
		goto out;
	}
	b = resp_json(rs, 200);
	buf_addf(b, "{\"%s\":%s,\"voter\":", head, PQgetvalue(res[0], 0, 0));
	doc_row(b, &voter_schema, ROWS(res[1]), 0, 0, 0);
	buf_addc(b, '}');
	rc = 0;
out:
	PQclear(res[0]);
	PQclear(res[1]);
	return rc;
}

int
merge_voters(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const known[] = { "keep", "merge", NULL };
	static const struct field keep = { .name = "keep", .kind = KIND_INT,
		.low = 1, .high = INT64_MAX };
	static const char	 sql[] =
	    "SELECT json_agg(m) FROM merge_voters($1, $2) m";
	const char		*param[2];
	int			 rc;

	if (doc_known(rq, known, e) != 0)
		return -1;
	rc = doc_member(rq, &keep, true, &param[0], e) |
	    doc_ids(rq, "merge", &param[1], e);
	if (rc == 0 && param[1] == NULL)
		rc = err_field(e, "merge", "required", "merge is required.");
	if (rc != 0)
		return -1;
	return run_and_show(rq, rs, sql, 2, param, "?", "merges", e);
}

int
merge_undo(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 sql[] = "SELECT unmerge_voters($1)";
	const char		*param[] = { doc_id(rq->arena,
				    rq->path_id[0]) };

	return run_and_show(rq, rs, sql, 1, param,
	    "(SELECT m.kept_id FROM merges m WHERE m.merge_id = ?)",
	    "kept_id", e);
}

const char *const duplicate_params[] = {
	"campaign_id", "min_score", "page", "per_page", "cursor", NULL
};

static const struct field pair_fields[] = {
	{ .name = "voter_ids", .kind = KIND_LIST },
	{ .name = "score", .kind = KIND_INT },
	{ .name = "reasons", .kind = KIND_LIST },
	{ .name = "names", .kind = KIND_LIST },
};

const struct schema pair_schema = {
	.one = "duplicate",
	.many = "duplicates",
	.field = pair_fields,
	.n = ARRAY_LEN(pair_fields),
};

/*
 * $1 the campaign or null, $2 the lowest score, $3 how many rows, $4 how many
 * to pass over; $5 to $7 the last pair of the page before, or null.
 */
static const char sql_pairs[] =
    "WITH d AS MATERIALIZED (SELECT * FROM duplicates($1, $2)), "
    "p AS (SELECT * FROM d WHERE $5::bigint IS NULL "
    "OR (-score, voter_id, other_id) > (-$5::bigint, $6::bigint, $7::bigint) "
    "ORDER BY score DESC, voter_id, other_id "
    "LIMIT $3::bigint OFFSET $4::bigint) "
    "SELECT json_build_array(p.voter_id, p.other_id), p.score, "
    "to_json(p.reasons), "
    "json_build_array(concat_ws(' ', x.first_name, x.last_name), "
    "concat_ws(' ', y.first_name, y.last_name)), "
    "p.voter_id, p.other_id, (SELECT count(*) FROM d) "
    "FROM p JOIN voters x ON x.voter_id = p.voter_id "
    "JOIN voters y ON y.voter_id = p.other_id "
    "ORDER BY p.score DESC, p.voter_id, p.other_id";

/* The columns behind the schema's fields. */
enum { PAIR_VOTER = ARRAY_LEN(pair_fields), PAIR_OTHER, PAIR_TOTAL };

/* One whole number of the query, or its default. */
static int
number(struct req *rq, const char *name, int64_t high, int64_t *value,
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

/* By rank: the other's id, and "score|id". */
static const char *
pair_cursor(struct req *rq, const struct place *at, const PGresult *res,
    int row)
{
	return place_cursor(rq, at, "rank", PQgetvalue(res, row, PAIR_OTHER),
	    arena_printf(rq->arena, "%s|%s", PQgetvalue(res, row, 1),
	    PQgetvalue(res, row, PAIR_VOTER)));
}

/* The pair that a cursor stands behind, as parameters. */
static int
read_pair(struct req *rq, const struct place *at, const char *param[3],
    struct err *e)
{
	char	*score, *bar;
	int64_t	 n;

	if (!at->keyset)
		return 0;
	score = arena_strdup(rq->arena, at->value != NULL ? at->value : "");
	if ((bar = strchr(score, '|')) != NULL)
		*bar++ = '\0';
	if (!at->ranked || bar == NULL ||
	    !text_int64(score, strlen(score), &n) || n < 0 || n > 100 ||
	    !text_int64(bar, strlen(bar), &n))
		return err_field(e, "cursor", "invalid_cursor",
		    "This cursor belongs to another list. Start again "
		    "without one.");
	param[0] = score;
	param[1] = bar;
	param[2] = at->id;
	return 0;
}

/* Past the end no row has the total. */
static int
pair_total(struct req *rq, const PGresult *rows, const char *const *param,
    int64_t *total, struct err *e)
{
	PGresult	*res;

	if (PQntuples(rows) > 0) {
		*total = db_int64(rows, PAIR_TOTAL);
		return 0;
	}
	if (db_one(rq->db, "SELECT count(*) FROM duplicates($1, $2)", 2, param,
	    &res, e) != 0)
		return -1;
	*total = db_int64(res, 0);
	PQclear(res);
	return 0;
}

int
merge_duplicates(struct req *rq, struct resp *rs, struct err *e)
{
	int64_t			 campaign = 0, score = 50;
	const char		*param[7] = { NULL };
	struct place		 at;
	struct list_page	 p = { .cursor = pair_cursor };
	PGresult		*res;
	int			 rc;

	rc = number(rq, "campaign_id", INT64_MAX, &campaign, e) |
	    number(rq, "min_score", 100, &score, e) |
	    place_read(rq, &pair_schema, &at, e);
	if (rc != 0 || read_pair(rq, &at, &param[4], e) != 0)
		return -1;
	param[0] = campaign > 0 ? doc_id(rq->arena, campaign) : NULL;
	param[1] = doc_id(rq->arena, score);
	param[2] = doc_id(rq->arena, at.per_page + 1);
	param[3] = doc_id(rq->arena, at.keyset ? 0 :
	    (at.page - 1) * at.per_page);
	if (db_one(rq->db, sql_pairs, 7, param, &res, e) != 0)
		return -1;
	p.rows = res;
	rc = pair_total(rq, res, param, &p.total, e);
	if (rc == 0)
		list_write(rq, rs, &pair_schema, &at, &p);
	PQclear(res);
	return rc;
}

/* What is stored about a person, table by table. */
static const struct {
	const char		*name;
	const struct schema	*schema;
	const char		*where;
} parts[] = {
	{ "interactions", &interaction_schema, "t.voter_id = ?" },
	{ "responses", &response_schema, "t.voter_id = ?" },
	{ "consents", &consent_schema, "t.voter_id = ?" },
	{ "donations", &donation_schema, "t.voter_id = ?" },
	{ "merges", &merge_schema, "? IN (t.kept_id, t.merged_id)" },
};

int
person_everything(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 campaigns[] =
	    "SELECT coalesce(json_agg(json_build_object('campaign_id', "
	    "cv.campaign_id, 'campaign_name', c.campaign_name, 'joined_at', "
	    "to_char(cv.joined_at AT TIME ZONE 'UTC', "
	    "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')) ORDER BY cv.campaign_id), "
	    "'[]') FROM campaign_voters cv JOIN campaigns c "
	    "USING (campaign_id) WHERE cv.voter_id = $1";
	static const char	 changes[] =
	    "SELECT coalesce(json_agg(json_build_object('at', to_char(a.at "
	    "AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
	    "'user_id', a.user_id, 'action', a.action, 'before', a.before, "
	    "'after', a.after) ORDER BY a.audit_id), '[]') "
	    "FROM audit_log a WHERE a.table_name = 'voters' "
	    "AND a.row_id = $1";
	const char		*id = doc_id(rq->arena, rq->path_id[0]);
	struct sql		 s[ARRAY_LEN(parts) + 1];
	struct db_query		 q[ARRAY_LEN(parts) + 3];
	PGresult		*res[ARRAY_LEN(parts) + 3] = { NULL };
	size_t			 n = ARRAY_LEN(parts);
	struct buf		*b;
	int			 rc = -1;

	for (size_t i = 0; i <= n; i++) {
		sql_init(&s[i], rq->arena);
		sql_add(&s[i], "SELECT ");
		sql_columns(&s[i], i < n ? parts[i].schema : &voter_schema);
		buf_addf(&s[i].text, " FROM %s t WHERE ", i < n ?
		    parts[i].schema->table : "voters");
		sql_bind(&s[i], i < n ? parts[i].where : "t.voter_id = ?",
		    id);
		if (i < n)
			buf_addf(&s[i].text, " ORDER BY t.%s",
			    parts[i].schema->key);
		q[i] = (struct db_query){ .sql = s[i].text.data,
		    .n = s[i].n, .param = s[i].param };
	}
	q[n + 1] = (struct db_query){ .sql = campaigns, .n = 1,
	    .param = &id };
	q[n + 2] = (struct db_query){ .sql = changes, .n = 1, .param = &id };
	if (db_run(rq->db, q, n + 3, res, e) != 0)
		goto out;
	if (PQntuples(res[n]) == 0) {
		err_set(e, ERR_NOT_FOUND, "Voter with ID %s not found.", id);
		goto out;
	}
	b = resp_json(rs, 200);
	buf_adds(b, "{\"voter\":");
	doc_row(b, &voter_schema, ROWS(res[n]), 0, 0, 0);
	buf_addf(b, ",\"campaigns\":%s", PQgetvalue(res[n + 1], 0, 0));
	for (size_t i = 0; i < n; i++) {
		buf_addf(b, ",\"%s\":", parts[i].name);
		doc_rows(b, parts[i].schema, ROWS(res[i]));
	}
	buf_addf(b, ",\"changes\":%s}", PQgetvalue(res[n + 2], 0, 0));
	rc = 0;
out:
	for (size_t i = 0; i < ARRAY_LEN(res); i++)
		PQclear(res[i]);
	return rc;
}

const char *const delete_params[] = { "erase", NULL };

int
person_delete(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 erase[] = "SELECT erase_voter($1)";
	const struct pair	*p = form_find(&rq->query, "erase");
	const char		*id = doc_id(rq->arena, rq->path_id[0]);
	PGresult		*res;
	bool			 wanted = false;

	if (p != NULL && !text_bool(p->value, p->len, &wanted))
		return err_field(e, "erase", "invalid_boolean",
		    "erase must be true or false.");
	if (!wanted) {
		if (resource_delete(rq, rs, &voter_schema, rq->path_id[0],
		    e) == 0)
			return 0;
		if (e->code == ERR_FORBIDDEN)
			return err_set(e, ERR_FORBIDDEN, "You may delete a "
			    "voter only where you are an editor in each of "
			    "their campaigns, and in all in which they have "
			    "a history; let them leave yours instead.");
		return -1;
	}
	if (rq->if_match != NULL && !etag_any(rq->if_match))
		return err_field(e, "erase", "conflict",
		    "erase takes no If-Match.");
	if (db_one(rq->db, erase, 1, &id, &res, e) != 0)
		return -1;
	PQclear(res);
	buf_addf(resp_json(rs, 200), "{\"message\":\"Voter %s erased "
	    "successfully.\"}", id);
	return 0;
}
