/*
 * Undo imports, and list and mark voters who are no longer in a file.  The SQL
 * functions do the work; import_record.c lists imports.
 */
#include <inttypes.h>
#include <stdio.h>

#include "core/text.h"
#include "db/db.h"
#include "import_undo.h"
#include "rest/doc.h"
#include "rest/list.h"
#include "tag.h"
#include "voter.h"

const char *const import_undo_params[] = { "dry_run", NULL };

/*
 * Run a statement about an import under the time limit of merges, which is
 * longer than that of other statements.
 */
static int
run(struct db *db, int64_t timeout, const struct db_query *what,
    struct rows **out, struct err *e)
{
	static const char	 sql[] =
	    "SELECT set_config('statement_timeout', $1 || 's', true)";
	char			 limit[24];
	const char		*param = limit;
	const struct db_query	 q[2] = {
		{ .sql = sql, .n = 1, .param = &param }, *what
	};
	struct rows		*r[2];

	snprintf(limit, sizeof(limit), "%" PRId64, timeout);
	if (db_exec(db, q, 2, r, e) != 0) {
		if (e->slug != NULL && strcmp(e->slug, "timeout") == 0)
			err_slug(e, e->code, e->slug, "This took longer than "
			    "%s seconds, and nothing was changed. Try again "
			    "later, or raise merge_timeout in the "
			    "configuration.", limit);
		return -1;
	}
	*out = r[1];
	return 0;
}

int
import_undo(struct db *db, const char *import_id, bool dry_run,
    int64_t timeout, struct undone *out, struct err *e)
{
	const char		*param[2] = { import_id, dry_run ? "t" : "f" };
	const struct db_query	 undo = { .sql = "SELECT reverted, deleted, "
				    "kept, gone, votes_reverted, "
				    "votes_kept FROM "
				    "cerberus.import_undo($1, $2)",
				    .n = 2, .param = param };
	struct rows		*r;

	if (run(db, timeout, &undo, &r, e) != 0)
		return -1;
	out->reverted = rows_int64(r, 0, "reverted");
	out->deleted = rows_int64(r, 0, "deleted");
	out->kept = rows_int64(r, 0, "kept");
	out->gone = rows_int64(r, 0, "gone");
	out->votes_reverted = rows_int64(r, 0, "votes_reverted");
	out->votes_kept = rows_int64(r, 0, "votes_kept");
	return 0;
}

int
import_undo_answer(struct req *rq, struct resp *rs, struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "dry_run");
	const char		*id = doc_id(rq->arena, rq->path_id[0]);
	bool			 dry_run = false;
	struct undone		 u;

	if (p != NULL && !text_bool(p->value, p->len, &dry_run))
		return err_field(e, "dry_run", "invalid_boolean",
		    "dry_run must be true or false.");
	if (import_undo(rq->db, id, dry_run, rq->cfg->merge_timeout, &u,
	    e) != 0)
		return -1;
	buf_addf(resp_json(rs, 200), "{\"import_id\":%s,"
	    "\"reverted\":%" PRId64 ",\"deleted\":%" PRId64
	    ",\"kept\":%" PRId64 ",\"gone\":%" PRId64
	    ",\"votes_reverted\":%" PRId64 ",\"votes_kept\":%" PRId64
	    ",\"dry_run\":%s}", id, u.reverted, u.deleted, u.kept, u.gone,
	    u.votes_reverted, u.votes_kept,
	    dry_run ? "true" : "false");
	return 0;
}

/* No filters: import_missing_mark() always marks the whole list. */
static const struct list missing_list = { .schema = &voter_schema };

int
import_missing_answer(struct req *rq, struct resp *rs, struct err *e)
{
	const struct scope	 missing = {
		.where = "t.voter_id IN (SELECT missing_voters(?1, 'viewer'))",
		.value = doc_id(rq->arena, rq->path_id[0]),
	};
	struct list_query	 query;
	struct rows		*seen;

	/*
	 * Report bad parameters first.  Then call missing_import(), which
	 * checks the caller's rights: the list's statement calls
	 * missing_voters() only if the caller can see any voters.
	 */
	if (list_read(rq->arena, &rq->query, &missing_list, &missing, &query,
	    e) != 0 ||
	    db_select(rq->db, "SELECT (missing_import($1, 'viewer')).import_id",
	    1, &missing.value, &seen, e) != 0)
		return -1;
	return list_answer(rq, rs, &missing_list, &missing, e);
}

int
import_missing_mark(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 known[] = {
		"tag", "registration_status", NULL
	};
	static const struct field	 tag = {
		.name = "tag", .kind = KIND_TEXT, .max = TAG_MAX
	};
	const struct field		*status =
	    &voter_schema.field[VOTER_registration_status];
	const char			*param[3] = {
		doc_id(rq->arena, rq->path_id[0]), NULL, NULL
	};
	const struct db_query		 mark = {
		.sql = "SELECT missing, marked FROM mark_missing($1, $2, $3)",
		.n = 3, .param = param
	};
	struct rows			*r;

	if (doc_known(rq, known, e) != 0)
		return -1;
	if ((doc_member(rq, &tag, false, &param[1], e) |
	    doc_member(rq, status, false, &param[2], e)) != 0)
		return -1;
	if ((param[1] == NULL) == (param[2] == NULL))
		return err_field(e, "tag", "required",
		    "Give either tag or registration_status.");
	if (run(rq->db, rq->cfg->merge_timeout, &mark, &r, e) != 0)
		return -1;
	buf_addf(resp_json(rs, 200), "{\"import_id\":%s,"
	    "\"missing\":%" PRId64 ",\"marked\":%" PRId64 "}", param[0],
	    rows_int64(r, 0, "missing"), rows_int64(r, 0, "marked"));
	return 0;
}
