/*
 * Endpoints that merge voters and undo merges.  The SQL functions do the work.
 * lib/import/stage_merge.c merges files into voters.
 */
#include "merge.h"
#include "rest/doc.h"
#include "voter.h"

#define MERGE_FIELDS(F, P) \
	F(P, INT,    merge_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    kept_id,    .flags = F_SERVER) \
	F(P, INT,    merged_id,  .flags = F_SERVER) \
	F(P, INT,    user_id,    .flags = F_SERVER) \
	F(P, TIME,   created_at, .flags = F_SERVER | F_SORT) \
	F(P, TIME,   undone_at,  .flags = F_SERVER)

static const struct field fields[] = {
	MERGE_FIELDS(FIELD_ROW, MERGE)
};

const struct schema merge_schema = {
	.table = "merges",
	.one = "merge",
	.many = "merges",
	.key = "merge_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "kept_id", .kind = KIND_INT }, "t.kept_id = ?1" },
	{ { .name = "merged_id", .kind = KIND_INT }, "t.merged_id = ?1" },
};

const struct list merge_list = {
	.schema = &merge_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

/*
 * Run a statement, and in the same transaction read the voter whose id the
 * expression voter_id gives; $1 in it is the statement's first parameter.
 * Answer 200 with the statement's column result, which is JSON, and the voter.
 */
static int
run_and_show(struct req *rq, struct resp *rs, const struct db_query *run,
    const char *result, const char *voter_id, struct err *e)
{
	struct sql	 get;
	struct rows	*rows[2];
	struct buf	*b;

	sql_init(&get, rq->arena);
	sql_add(&get, "SELECT ");
	sql_columns(&get, &voter_schema);
	sql_from(&get, &voter_schema);
	buf_addf(&get.text, " WHERE t.voter_id = %s", voter_id);
	if (db_exec(rq->db, (struct db_query[]){ *run, { .sql =
	    get.text.data, .n = 1, .param = run->param } }, 2, rows, e) != 0)
		return -1;
	if (rows_count(rows[1]) == 0)
		return err_detail(e, ERR_INTERNAL,
		    "a merged voter is not visible");
	b = resp_json(rs, 200);
	buf_addf(b, "{\"%s\":%s,\"voter\":", result,
	    rows_text(rows[0], 0, result));
	doc_row(b, &voter_schema, rows[1], 0, 0, 0);
	buf_addc(b, '}');
	return 0;
}

int
merge_voters(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const known[] = { "keep", "merge", NULL };
	static const struct field keep = { .name = "keep", .kind = KIND_INT,
		.low = 1, .high = INT64_MAX };
	const char		*param[2];
	const struct db_query	 merge = { .sql = "SELECT json_agg(m) "
				    "AS merges FROM merge_voters($1, $2) m",
				    .n = 2, .param = param };
	int			 rc;

	if (doc_known(rq, known, e) != 0)
		return -1;
	rc = doc_member(rq, &keep, true, &param[0], e) |
	    doc_ids(rq, "merge", &param[1], e);
	if (rc == 0 && param[1] == NULL)
		rc = err_field(e, "merge", "required", "merge is required.");
	if (rc != 0)
		return -1;
	return run_and_show(rq, rs, &merge, "merges", "$1", e);
}

int
merge_undo(struct req *rq, struct resp *rs, struct err *e)
{
	const char		*id = doc_id(rq->arena, rq->path_id[0]);
	const struct db_query	 undo = { .sql = "SELECT unmerge_voters($1) "
				    "AS kept_id", .n = 1, .param = &id };

	return run_and_show(rq, rs, &undo, "kept_id",
	    "(SELECT m.kept_id FROM merges m WHERE m.merge_id = $1)", e);
}
