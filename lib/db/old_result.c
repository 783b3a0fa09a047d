/* XXX Results that the caller frees: see old_result.h. */
#include "core/text.h"
#include "db.h"

int
db_run(struct db *db, const struct db_query *q, size_t n, PGresult **out,
    struct err *e)
{
	struct rows	*rows[DB_BATCH];

	if (db_exec(db, q, n, rows, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		out[i] = db_give_up(db, rows[i]);
	return 0;
}

int
db_one(struct db *db, const char *sql, int n, const char *const *param,
    PGresult **out, struct err *e)
{
	const struct db_query	 q = { .sql = sql, .n = n, .param = param };

	return db_run(db, &q, 1, out, e);
}

int64_t
db_int64(const PGresult *res, int col)
{
	int64_t	 n;

	return !PQgetisnull(res, 0, col) &&
	    text_int64(PQgetvalue(res, 0, col),
	    (size_t)PQgetlength(res, 0, col), &n) ? n : 0;
}

bool
db_true(const PGresult *res, int col)
{
	return *PQgetvalue(res, 0, col) == 't';
}
