/*
 * Sends a pipeline, collects its results, and sends it again on a new
 * connection where that is safe.  prepared.c sends one statement.
 */
#include <libpq-fe.h>

#include "connection.h"
#include "fault.h"
#include "pipeline.h"
#include "prepared.h"
#include "result.h"

static const char sql_take[] =
    "SELECT allowed, remaining, reset"
    " FROM cerberus.rate_take($1, $2, $3, $4, $5)";

/* The outcome of a pipeline. */
struct outcome {
	size_t		 failed;	/* the statement that failed */
	char		 state[6];	/* its SQLSTATE, or "" */
	bool		 begun;		/* a statement's result has arrived */
	bool		 sent;		/* its end may have been sent */
	enum fault_end	 end;		/* of the session, if so */
	bool		 lost;		/* the connection is closed */
};

/*
 * Return the next result of a pipeline, past the NULL that follows each result.
 * NULL if the connection broke or the server hangs.
 */
static PGresult *
next_result(struct db *db)
{
	PGresult	*res;

	for (int i = 0; i < 2; i++) {
		if (!connection_answers(db))
			return NULL;
		if ((res = PQgetResult(db->conn)) != NULL ||
		    PQstatus(db->conn) != CONNECTION_OK)
			return res;
	}
	return NULL;
}

/* Record the first failure of a pipeline: statement i. */
static void
note(struct db *db, const PGresult *res, size_t i, bool removes,
    struct outcome *o, struct err *e)
{
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	o->failed = i;
	snprintf(o->state, sizeof(o->state), "%s", state != NULL ? state : "");
	o->end = fault_end(res);
	db->unfit |= o->end == FAULT_UNFIT;
	if (removes)
		fault_fill_removal(db, res, e);
	else
		fault_fill(db, res, e);
}

static int
broke(struct db *db, struct outcome *o, struct err *e)
{
	/* A server that hangs is not waited for once more. */
	if (PQstatus(db->conn) == CONNECTION_OK)
		o->end = FAULT_NO_END;
	return err_detail(e, ERR_UNAVAILABLE, "the connection broke: %s",
	    PQstatus(db->conn) == CONNECTION_OK ? "the server hangs" :
	    PQerrorMessage(db->conn));
}

/*
 * Collect the result of statement i in *out; NULL if it or an earlier one has
 * failed.  Return 1 if the connection broke.
 */
static int
collect_one(struct db *db, const struct sent *sent, size_t i, PGresult **out,
    bool *failed, struct outcome *o, struct err *e)
{
	PGresult	*res;

	*out = NULL;
	for (int step = sent->how == PARSE ? 0 : 1; step < 2; step++) {
		if ((res = next_result(db)) == NULL) {
			broke(db, o, e);
			return 1;
		}
		if (fault_in(res) && !*failed) {
			note(db, res, i, sent->removes, o, e);
			*failed = true;
		}
		o->begun |= !fault_in(res);
		if (step == 0 && !fault_in(res))
			prepared_keep(db, sent->hash);
		if (step == 0 || *failed)
			PQclear(res);
		else
			*out = res;
	}
	return 0;
}

/* The same for the first statement; a refusal is a failure. */
static int
collect_who(struct db *db, const struct sent *sent, bool *failed,
    struct outcome *o, struct err *e)
{
	PGresult	*res;

	if (collect_one(db, sent, 0, &res, failed, o, e) != 0)
		return 1;
	if (res != NULL && fault_refusal(res, e) != 0)
		*failed = true;
	PQclear(res);
	return 0;
}

/* Collect the pipeline's end, where errors are those of the commit. */
static int
collect_end(struct db *db, size_t n, bool failed, struct outcome *o,
    struct err *e)
{
	PGresult	*res;

	if ((res = next_result(db)) == NULL)
		return broke(db, o, e);
	while (res != NULL && PQresultStatus(res) != PGRES_PIPELINE_SYNC) {
		if (!failed)
			note(db, res, n, false, o, e);
		failed = true;
		PQclear(res);
		res = next_result(db);
	}
	PQclear(res);
	return failed ? -1 : connection_committed(db, e);
}

/* Collect the results of sql_take.  Its failure does not fail the request. */
static void
collect_take(struct db *db, const struct sent *taking)
{
	struct db_limit	*l = &db->limit;
	PGresult	*res;

	for (int step = taking->how == PARSE ? 0 : 1; step < 2; step++) {
		if ((res = next_result(db)) == NULL)
			return;
		if (fault_in(res))
			prepared_drop(db, taking->hash);
		else if (step == 0)
			prepared_keep(db, taking->hash);
		else if (PQntuples(res) == 1) {
			l->allowed = rows_bool(result_rows(res), 0, "allowed");
			l->remaining = rows_int64(result_rows(res), 0,
			    "remaining");
			l->reset = rows_int64(result_rows(res), 0, "reset");
			l->taken = true;
		}
		PQclear(res);
	}
	while ((res = next_result(db)) != NULL &&
	    PQresultStatus(res) != PGRES_PIPELINE_SYNC)
		PQclear(res);
	PQclear(res);
	db->canceled = false;
}

/* Are all statements without effect if the request is refused? */
static bool
all_gated(const struct db_query *q, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!q[i].gated)
			return false;
	return true;
}

/* Send the statement that debits the token bucket. */
static bool
send_take(struct db *db, struct sent *taking)
{
	const char *const	 bucket[] = {
		db->identity, db->limit.key, db->limit.rate,
		db->limit.burst, db->limit.take
	};
	const struct db_query	 taker = { sql_take, 5, bucket, .hot = true };

	/* A transaction of its own: a failure does not undo it. */
	if (PQpipelineSync(db->conn) != 1)
		return false;
	*taking = prepared_choose(db, &taker, false);
	if (db->keep == DB_KEEP_POOLED)
		taking->how = PLAIN;
	return prepared_send(db, &taker, taking);
}

static void
discard(PGresult **out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		PQclear(out[i]);
		out[i] = NULL;
	}
}

/*
 * Send the pipeline once and collect its results.  A write that is not gated is
 * sent only when the result of who has arrived: of a refused request, reads
 * return nothing, but a write would fail with an error that PostgreSQL logs.
 * If bit i of parse is set, statement i is prepared on a pooled connection.
 */
static int
attempt(struct db *db, const struct db_query *who, const struct db_query *q,
    size_t n, unsigned parse, PGresult **out, struct outcome *o,
    struct err *e)
{
	struct sent		 sent[DB_BATCH], first, taking;
	size_t			 skip = who != NULL, i, went = 0;
	bool			 take = db->limit.take != NULL && !db->in_txn &&
				    !db->limit.taken;
	bool			 ahead = who != NULL && !db->reads &&
				    !all_gated(q, n);
	bool			 fine, failed = false;
	int			 broken = 0, rc;

	/* This remains if no result arrives at all. */
	*o = (struct outcome){ .end = FAULT_BROKE };
	for (i = 0; i < n; i++)
		out[i] = NULL;
	fine = PQenterPipelineMode(db->conn) == 1;
	if (fine && who != NULL) {
		first = prepared_choose(db, who, parse & 1);
		fine = prepared_send(db, who, &first);
	}
	if (fine && ahead) {
		fine = PQsendFlushRequest(db->conn) == 1 &&
		    PQflush(db->conn) == 0;
		if (fine)
			broken = collect_who(db, &first, &failed, o, e);
	}
	for (; fine && went < n && !failed && broken == 0; went++) {
		sent[went] = prepared_choose(db, &q[went],
		    parse >> (went + skip) & 1);
		fine = prepared_send(db, &q[went], &sent[went]);
	}
	if (fine && take) {
		o->sent = true;
		fine = send_take(db, &taking);
	}
	o->sent |= fine;
	if (!fine || PQpipelineSync(db->conn) != 1) {
		err_detail(e, ERR_UNAVAILABLE, "cannot send: %s",
		    PQerrorMessage(db->conn));
		o->lost = true;
		connection_close(db);
		return -1;
	}
	if (who != NULL && !ahead && broken == 0)
		broken = collect_who(db, &first, &failed, o, e);
	for (i = 0; i < went && broken == 0; i++)
		broken = collect_one(db, &sent[i], i + skip, &out[i], &failed,
		    o, e);
	rc = broken != 0 ? -1 : collect_end(db, n + skip, failed, o, e);
	if (take)
		collect_take(db, &taking);
	if (rc != 0)
		discard(out, n);
	if (PQstatus(db->conn) != CONNECTION_OK ||
	    PQexitPipelineMode(db->conn) != 1) {
		o->lost = true;
		connection_close(db);
	}
	return rc;
}

/*
 * After a failure: is it certain that nothing was written, because the session
 * had ended before the server read the pipeline, or the server is a standby?
 * That is so
 * - if the server, or the pooler, says that it takes no writes;
 * - if the pipeline's end was not sent: without it nothing is committed;
 * - if the message that the session has ended arrived before any result.  The
 *   server sends both in the order in which they happen, so a session that ends
 *   after a commit sends the results first.
 *
 * If a connection breaks otherwise, the results of a commit may be lost with
 * it.  Then only requests that read may be sent again.
 */
static bool
was_idle(const struct db *db, const struct outcome *o)
{
	return o->end == FAULT_UNFIT || (o->lost && !o->begun && (!o->sent ||
	    o->end == FAULT_ENDED || (o->end == FAULT_BROKE && db->reads)));
}

/*
 * After a failure: return true if the pipeline can be tried again, because the
 * server knows a prepared statement that should be new, or does not know one
 * that should be there.  Nothing was written then.
 */
static bool
try_again(struct db *db, const struct outcome *o, unsigned *parse,
    struct err *e)
{
	bool	 missing = strcmp(o->state, "26000") == 0;
	bool	 stale = strcmp(o->state, "0A000") == 0;

	if (db->in_txn || db->conn == NULL)
		return false;
	switch (db->keep) {
	case DB_KEEP_OWN:
		/* A migration has changed what a statement returns: prepare
		 * everything again. */
		if (!missing && !stale)
			return false;
		err_clear(e);
		return connection_anew(db, e) == 0;
	case DB_KEEP_POOLED:
		/* Prepare a statement once on each of PgBouncer's
		 * connections. */
		if (missing)
			*parse |= 1U << o->failed;
		else if (strcmp(o->state, "42P05") == 0)
			*parse &= ~(1U << o->failed);
		else if (stale)
			db->keep = DB_KEEP_NONE;
		else
			return false;
		err_clear(e);
		return true;
	case DB_KEEP_NONE:
		break;
	}
	return false;
}

int
pipeline_run(struct db *db, const struct db_query *who,
    const struct db_query *q, size_t n, PGresult **out, struct err *e)
{
	PGresult	*res[DB_BATCH];
	struct outcome	 o;
	unsigned	 parse = 0;
	bool		 plain = false, within;
	int		 rc, tries = 0, sessions = CONNECTION_TRIES;

	if (n > DB_BATCH)
		return err_detail(e, ERR_INTERNAL, "too many statements");
	if (connection_ready(db, e) != 0)
		return -1;
	if (db->in_txn)
		who = NULL;
	db->entered |= who != NULL;
	within = db->in_txn;
	/* Other processes prepare statements on the pooled connections at the
	 * same time, so that each attempt may meet another connection in
	 * another state.  After five attempts, send the statements unprepared,
	 * which works on all of them. */
	while ((rc = attempt(db, who, q, n, parse, res, &o, e)) != 0) {
		if (!within && was_idle(db, &o) && sessions-- > 0) {
			err_clear(e);
			if (connection_anew(db, e) != 0)
				break;
		} else if (tries++ == 8 || !try_again(db, &o, &parse, e)) {
			break;
		}
		plain = plain || (tries == 5 && db->keep == DB_KEEP_POOLED);
		if (plain)
			db->keep = DB_KEEP_NONE;
	}
	if (plain)
		db->keep = DB_KEEP_POOLED;
	for (size_t i = 0; rc == 0 && i < n; i++)
		out[i] = res[i];
	return rc;
}
