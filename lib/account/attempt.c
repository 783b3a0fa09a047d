/*
 * Limits on password attempts.  access/password.c hashes; the statements are
 * the callers'.
 */
#include "attempt.h"
#include "rest/doc.h"

const char *
attempt_limit(struct req *rq)
{
	return rq->cfg->rate_limit ?
	    doc_id(rq->arena, rq->cfg->login_tries) : NULL;
}

int
attempt_begin(struct req *rq, const char *sql, int n,
    const char *const *param, struct rows **out, struct err *e)
{
	struct rows	*r;
	int64_t		 wait;

	if (db_select(rq->db, sql, n, param, &r, e) != 0)
		return -1;
	wait = rows_int64(r, 0, "wait");
	if (wait != 0) {
		e->retry_after = (int)wait;
		return err_slug(e, ERR_RATE, "too_many_attempts", "Too many "
		    "failed attempts; wait before the next one.");
	}
	*out = r;
	return 0;
}
