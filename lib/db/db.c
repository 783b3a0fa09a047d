/*
 * The functions of db.h: statements with the caller's rights, the list of
 * results that db_forget() frees, transactions, COPY.  pipeline.c sends
 * statements, fault.c translates errors.
 */
#include <libpq-fe.h>

#include "connection.h"
#include "db.h"
#include "fault.h"
#include "pipeline.h"
#include "result.h"

/*
 * The first statement of a pipeline: who calls, and the rate limit.  See
 * fault_refusal() for the reasons to refuse a request.
 */
static const char sql_enter[] =
    "SELECT refusal, wait FROM cerberus.enter($1, $2, $3, $4, $5, $6)";

#define ENTER_PARAMS	6

/* What enter() sets for the policies, without verifying the token. */
static const char sql_remember[] =
    "SELECT set_config('cerberus.token', $1, true)";

void
db_init(struct db *db, const char *url, int64_t timeout_ms, enum db_keep keep)
{
	memset(db, 0, sizeof(*db));
	db->url = url;
	db->timeout_ms = timeout_ms;
	db->keep = keep;
}

void
db_init_foreign(struct db *db, const char *url)
{
	db_init(db, url, 0, DB_KEEP_NONE);
	db->foreign = true;
}

void
db_init_host(struct db *db, const char *url, size_t i, int64_t timeout_ms)
{
	db_init(db, url, timeout_ms, DB_KEEP_NONE);
	db->host = (unsigned)i;
	db->one_host = true;
}

void
db_release(struct db *db)
{
	db_forget(db);
	connection_close(db);
}

/* Fill in the parameters of sql_enter.  Return false if there are none. */
static bool
enter_params(const struct db *db, const char *param[ENTER_PARAMS])
{
	param[0] = db->identity;
	param[1] = db->admins_only ? "t" : "f";
	param[2] = db->request;
	param[3] = db->limit.key;
	param[4] = db->limit.rate;
	param[5] = db->limit.burst;
	return db->identity != NULL || db->request != NULL ||
	    db->limit.key != NULL;
}

void
db_identity(struct db *db, const char *hash)
{
	db->identity = hash;
}

/*
 * Set first to the statement that tells the database who calls, with room for
 * its parameters.  Return false if there is nothing to tell.
 */
static bool
first_statement(const struct db *db, const char *param[ENTER_PARAMS],
    struct db_query *first)
{
	if (!db->follows) {
		*first = (struct db_query){ sql_enter, ENTER_PARAMS, param,
		    .hot = true };
		return enter_params(db, param);
	}
	*first = (struct db_query){ sql_remember, 1, param, .hot = true };
	if (db->identity == NULL)
		return false;
	param[0] = db->identity + strlen("\\x");
	return true;
}

/* Run statements as the request's caller.  The results are to be cleared. */
static int
run(struct db *db, const struct db_query *q, size_t n, PGresult **out,
    struct err *e)
{
	const char		*param[ENTER_PARAMS];
	struct db_query		 first;

	return pipeline_run(db, first_statement(db, param, &first) ? &first :
	    NULL, q, n, out, e);
}

/* Results that db_forget() frees. */
struct kept {
	PGresult	*result;
	struct kept	*next;
};

/* Have db_forget() free a result, and return it as rows. */
static struct rows *
keep(struct db *db, PGresult *res)
{
	struct kept	*k = malloc(sizeof(*k));

	if (k == NULL)
		abort();
	*k = (struct kept){ .result = res, .next = db->kept };
	db->kept = k;
	return result_rows(res);
}

int
db_exec(struct db *db, const struct db_query *q, size_t n, struct rows **out,
    struct err *e)
{
	PGresult	*res[DB_BATCH];

	if (run(db, q, n, res, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		out[i] = keep(db, res[i]);
	return 0;
}

int
db_select(struct db *db, const char *sql, int n, const char *const *param,
    struct rows **out, struct err *e)
{
	const struct db_query	 q = { .sql = sql, .n = n, .param = param };

	return db_exec(db, &q, 1, out, e);
}

int
db_select_row(struct db *db, const char *sql, int n, const char *const *param,
    struct rows **out, struct err *e)
{
	const char		*hex = db->identity != NULL ?
				    db->identity + strlen("\\x") : NULL;
	const struct db_query	 remember = { sql_remember, 1, &hex,
				    .hot = true };
	const struct db_query	 q = { sql, n, param, .hot = true,
				    .gated = true };
	PGresult		*res;

	if (db->limit.key != NULL || db->admins_only)
		return db_exec(db, &q, 1, out, e);
	if (pipeline_run(db, hex != NULL ? &remember : NULL, &q, 1, &res,
	    e) != 0)
		return -1;
	if (PQntuples(res) == 0 && db->identity != NULL && !db->in_txn &&
	    run(db, NULL, 0, NULL, e) != 0) {
		PQclear(res);
		return -1;
	}
	*out = keep(db, res);
	return 0;
}

void
db_forget(struct db *db)
{
	struct kept	*k;

	while ((k = db->kept) != NULL) {
		db->kept = k->next;
		PQclear(k->result);
		free(k);
	}
	PQfreemem(db->piece);
	db->piece = NULL;
}

/*
 * Run a statement without parameters, outside any pipeline.  An error unless
 * its result has the wanted status.
 */
static int
command(struct db *db, const char *sql, ExecStatusType wanted, struct err *e)
{
	PGresult	*res = PQexec(db->conn, sql);
	int		 rc = 0;

	if (PQresultStatus(res) != wanted)
		rc = fault_fill(db, res, e);
	PQclear(res);
	return rc;
}

int
db_take(struct db *db, struct err *e)
{
	return db->limit.take == NULL || db->limit.taken ? 0 :
	    pipeline_run(db, NULL, NULL, 0, NULL, e);
}

/*
 * Try once to begin, as the caller.  A connection that breaks, or that is to a
 * standby, is closed.
 */
static int
begin(struct db *db, struct err *e)
{
	const char		*param[ENTER_PARAMS];
	struct db_query		 first;
	PGresult		*res;
	int			 rc;

	if (command(db, "BEGIN", PGRES_COMMAND_OK, e) != 0) {
		if (PQstatus(db->conn) != CONNECTION_OK)
			connection_close(db);
		return -1;
	}
	db->in_txn = true;
	if (!first_statement(db, param, &first))
		return 0;
	rc = pipeline_run(db, NULL, &first, 1, &res, e);
	if (rc == 0) {
		rc = fault_refusal(res, e);
		PQclear(res);
	}
	if (rc != 0)
		db_rollback(db);
	if (db->unfit)
		connection_close(db);
	db->entered = rc == 0;
	return rc;
}

int
db_begin(struct db *db, struct err *e)
{
	if (db->in_txn) {
		db->depth++;
		return 0;
	}
	if (connection_ready(db, e) != 0)
		return -1;
	/* Nothing is lost by beginning again on a new connection. */
	for (int tries = 0; begin(db, e) != 0; tries++) {
		if (db->conn != NULL || tries == CONNECTION_TRIES)
			return -1;
		err_clear(e);
		if (connection_anew(db, e) != 0)
			return -1;
	}
	return 0;
}

int
db_commit(struct db *db, struct err *e)
{
	if (db->depth > 0) {
		db->depth--;
		return 0;
	}
	/* If a statement has failed, COMMIT succeeds but rolls back: its tag
	 * is ROLLBACK. */
	if (PQtransactionStatus(db->conn) == PQTRANS_INERROR) {
		db_rollback(db);
		return err_detail(e, ERR_INTERNAL,
		    "the transaction failed before its end");
	}
	if (command(db, "COMMIT", PGRES_COMMAND_OK, e) != 0) {
		db_rollback(db);
		return -1;
	}
	db->in_txn = false;
	return connection_committed(db, e);
}

void
db_rollback(struct db *db)
{
	db->depth = 0;
	if (!db->in_txn || db->conn == NULL)
		return;
	db->in_txn = false;
	/* If this fails, closing the connection rolls back. */
	switch (PQtransactionStatus(db->conn)) {
	case PQTRANS_INTRANS:
	case PQTRANS_INERROR:
		PQclear(PQexec(db->conn, "ROLLBACK"));
		if (PQtransactionStatus(db->conn) == PQTRANS_IDLE)
			return;
		break;
	default:
		break;
	}
	connection_close(db);
}

/* Read the results at the end of a COPY, in either direction. */
static int
copy_end(struct db *db, struct err *e)
{
	PGresult	*res;
	int		 rc = 0;

	while ((res = PQgetResult(db->conn)) != NULL) {
		if (fault_in(res) && rc == 0)
			rc = fault_fill(db, res, e);
		PQclear(res);
	}
	return rc;
}

int
db_copy_start(struct db *db, const char *sql, struct err *e)
{
	return command(db, sql, PGRES_COPY_IN, e);
}

int
db_copy_put(struct db *db, const char *p, size_t n, struct err *e)
{
	if (PQputCopyData(db->conn, p, (int)n) == 1)
		return 0;
	return err_detail(e, ERR_UNAVAILABLE, "COPY: %s",
	    PQerrorMessage(db->conn));
}

int
db_copy_end(struct db *db, struct err *e)
{
	if (PQputCopyEnd(db->conn, NULL) != 1)
		return err_detail(e, ERR_UNAVAILABLE, "COPY: %s",
		    PQerrorMessage(db->conn));
	return copy_end(db, e);
}

int
db_copy_out(struct db *db, const char *sql, struct err *e)
{
	return command(db, sql, PGRES_COPY_OUT, e);
}

int
db_copy_get(struct db *db, char **piece, struct err *e)
{
	int	 n;

	PQfreemem(db->piece);
	db->piece = NULL;
	n = PQgetCopyData(db->conn, &db->piece, 0);
	if (n > 0) {
		*piece = db->piece;
		return n;
	}
	if (n == -2)
		return err_detail(e, ERR_UNAVAILABLE, "COPY: %s",
		    PQerrorMessage(db->conn));
	return copy_end(db, e);
}
