/* List and end the caller's sessions.  login.c creates them. */
#include "db/db.h"
#include "http/browser.h"
#include "rest/doc.h"
#include "session.h"

static const struct field fields[] = {
	SESSION_FIELDS(FIELD_ROW, SESSION)
};

const struct schema session_schema = {
	.table = "sessions",
	.one = "session",
	.many = "sessions",
	.key = "session_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct list sessions = {
	.schema = &session_schema,
};

static const char sql_end[] =
    "SELECT cerberus.session_end($1) AS ended";

static const char sql_logout[] = "SELECT cerberus.logout()";

int
session_list(struct req *rq, struct resp *rs, struct err *e)
{
	return list_answer(rq, rs, &sessions, NULL, e);
}

int
session_end(struct req *rq, struct resp *rs, int64_t id, struct err *e)
{
	const char	*param[] = { doc_id(rq->arena, id) };
	struct rows	*r;

	if (db_select(rq->db, sql_end, 1, param, &r, e) != 0)
		return -1;
	if (!rows_bool(r, 0, "ended"))
		return err_set(e, ERR_NOT_FOUND,
		    "Session with ID %lld not found.", (long long)id);
	buf_addf(resp_json(rs, 200),
	    "{\"message\":\"Session %lld was ended.\"}", (long long)id);
	return 0;
}

int
session_logout(struct req *rq, struct resp *rs, struct err *e)
{
	struct rows	*r;

	if (db_select(rq->db, sql_logout, 0, NULL, &r, e) != 0)
		return -1;
	if (rq->cookie != NULL && rq->token == rq->cookie)
		browser_cookie(rq, rs, "", 0);
	buf_adds(resp_json(rs, 200), "{\"message\":\"Signed out.\"}");
	return 0;
}
