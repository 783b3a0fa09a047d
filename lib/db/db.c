/* libpq: connecting, pipelines, transactions, COPY. */
#include <poll.h>

#include "db.h"

/*
 * First of every pipeline.  It raises CB429 when the bucket is empty, CB401 for a
 * token that is not valid, CB403 for one that is not an admin's where only those
 * may go; nothing after it runs then.
 */
static const char sql_enter[] =
    "SELECT user_id, is_admin FROM cerberus.enter($1, $2, $3, $4, $5, $6)";

#define ENTER_PARAMS	6

static const char sql_take[] =
    "SELECT allowed, remaining, reset"
    " FROM cerberus.rate_take($1, $2, $3, $4)";

/* What enter() leaves for the policies, without its look at the token. */
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

static void
disconnect(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
	db->in_txn = false;
	memset(db->cache, 0, sizeof(db->cache));
}

void
db_release(struct db *db)
{
	disconnect(db);
}

/* The parameters of sql_enter; false when it has nothing to say. */
static bool
entrance(const struct db *db, const char *param[ENTER_PARAMS])
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

/* A connection that answers to row-level security, or an error. */
static int
connect_anew(struct db *db, struct err *e)
{
	char		 timeout[64];
	const char	*keys[] = { "dbname", "connect_timeout",
			    "client_encoding", "application_name",
			    "gssencmode", NULL };
	const char	*values[] = { db->url, "5", "UTF8", "cerberus",
			    "disable", NULL };
	PQconninfoOption *parsed;
	const char	*super;
	PGresult	*res;

	disconnect(db);
	if (db->url == NULL)
		return err_detail(e, ERR_UNAVAILABLE, "no database is "
		    "configured: set [database] url or DATABASE_URL");
	/* Sent with the start of the connection, also through PgBouncer. */
	setenv("PGTZ", "UTC", 1);
	setenv("PGDATESTYLE", "ISO, YMD", 1);
	db->conn = PQconnectdbParams(keys, values, 1);
	if (PQstatus(db->conn) != CONNECTION_OK) {
		/* libpq quotes what it cannot read: perhaps the password. */
		parsed = strstr(db->url, "://") != NULL ?
		    PQconninfoParse(db->url, NULL) : NULL;
		err_detail(e, ERR_UNAVAILABLE, "cannot connect: %s",
		    parsed == NULL && strstr(db->url, "://") != NULL ?
		    "[database] url, or DATABASE_URL, is no URL; a % in a "
		    "password is written %25" : PQerrorMessage(db->conn));
		PQconninfoFree(parsed);
		disconnect(db);
		return -1;
	}
	db->connections++;
	super = PQparameterStatus(db->conn, "is_superuser");
	if (super != NULL && strcmp(super, "on") == 0) {
		disconnect(db);
		return err_detail(e, ERR_UNAVAILABLE, "the database's role is "
		    "a superuser, whom row-level security does not bind: "
		    "connect as cerberus_app");
	}
	/* A connection that stays pays for the setting once; a process that
	 * serves a single request is ended by its web server instead. */
	if (db->keep == DB_KEEP_OWN) {
		snprintf(timeout, sizeof(timeout),
		    "SET statement_timeout = %lld", (long long)db->timeout_ms);
		res = PQexec(db->conn, timeout);
		if (PQresultStatus(res) != PGRES_COMMAND_OK) {
			db_fail(db, res, e);
			PQclear(res);
			disconnect(db);
			return -1;
		}
		PQclear(res);
	}
	return 0;
}

/* True when an idle connection has been closed by the other side. */
static bool
is_dead(struct db *db)
{
	struct pollfd	 p = { .fd = PQsocket(db->conn), .events = POLLIN };

	if (PQstatus(db->conn) != CONNECTION_OK)
		return true;
	/* Nothing is expected on an idle connection but its end, or a notice
	 * that goes before it: what comes first may hide the end behind it. */
	while (poll(&p, 1, 0) > 0)
		if (PQconsumeInput(db->conn) == 0 ||
		    PQstatus(db->conn) != CONNECTION_OK)
			return true;
	return false;
}

static int
ready(struct db *db, struct err *e)
{
	if (db->conn != NULL && (db->in_txn || !is_dead(db)))
		return 0;
	return connect_anew(db, e);
}

struct fault {
	const char	*sqlstate;	/* or the class's two letters */
	enum err_code	 code;
	const char	*slug;
	const char	*msg;		/* NULL: that of the code */
};

/* PostgreSQL's appendix A, as clients are told of it. */
/* clang-format off */
static const struct fault faults[] = {
	{ "23505", ERR_CONFLICT, "conflict", "Another %s has this %s." },
	{ "23503", ERR_INVALID, "not_found", "There is no such %s." },
	{ "23502", ERR_INVALID, "required", "%s is required." },
	{ "23514", ERR_INVALID, "invalid", "%s is not allowed." },
	{ "22001", ERR_INVALID, "too_long", "A value is too long." },
	{ "22003", ERR_INVALID, "out_of_range", "A number is too big." },
	{ "22007", ERR_INVALID, "invalid_time", "A time is not valid." },
	{ "22008", ERR_INVALID, "invalid_time", "A time is not valid." },
	{ "22021", ERR_INVALID, "invalid_text", "A text is not valid UTF-8." },
	{ "22P05", ERR_INVALID, "invalid_text", "A text is not valid." },
	{ "42501", ERR_FORBIDDEN, "forbidden",
	  "Your role does not allow this." },
	{ "40001", ERR_UNAVAILABLE, "busy", NULL },
	{ "40P01", ERR_UNAVAILABLE, "busy", NULL },
	{ "55P03", ERR_UNAVAILABLE, "busy", NULL },
	{ "57014", ERR_UNAVAILABLE, "timeout",
	  "The database took too long; ask for less." },
	{ "53100", ERR_UNAVAILABLE, "disk_full",
	  "The database has no space left on its disk." },
	{ "53400", ERR_UNAVAILABLE, "disk_full",
	  "The database has no more space for temporary files." },
	{ "08",    ERR_UNAVAILABLE, NULL, NULL },
	{ "53",    ERR_UNAVAILABLE, NULL, NULL },
	{ "57",    ERR_UNAVAILABLE, NULL, NULL },
	{ "58",    ERR_UNAVAILABLE, NULL, NULL },
};
/* clang-format on */

/*
 * Our own functions raise CBnnn with a sentence for the client, a code in DETAIL,
 * and in HINT the seconds to wait.
 */
static int
own_fault(const PGresult *res, int status, struct err *e)
{
	/* Codes in e are static texts. */
	static const char *const	 slugs[] = {
		"idempotency_in_progress", "last_admin", "not_a_session",
		"too_many_attempts",
	};
	const char	*detail = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_DETAIL);
	const char	*hint = PQresultErrorField(res, PG_DIAG_MESSAGE_HINT);
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);
	const char	*column = PQresultErrorField(res,
			    PG_DIAG_COLUMN_NAME);

	if (column != NULL && status == 400)
		return err_field(e, column, "invalid", "%s", msg);
	for (int code = ERR_MALFORMED; code < ERR__MAX; code++)
		if (err_kind((enum err_code)code)->status == status) {
			err_set(e, (enum err_code)code, "%s", msg);
			if (hint != NULL)
				e->retry_after = (int)strtol(hint, NULL, 10);
			for (size_t i = 0; detail != NULL &&
			    i < ARRAY_LEN(slugs); i++)
				if (strcmp(slugs[i], detail) == 0)
					e->slug = slugs[i];
			return -1;
		}
	return err_detail(e, ERR_INTERNAL, "CB%d: %s", status, msg);
}

/*
 * The column that a constraint speaks of: constraints are named
 * <table>_<column>_<kind>.
 */
static void
constrained(const PGresult *res, char *out, size_t n)
{
	const char	*name = PQresultErrorField(res,
			    PG_DIAG_CONSTRAINT_NAME);
	const char	*table = PQresultErrorField(res, PG_DIAG_TABLE_NAME);
	const char	*column = PQresultErrorField(res,
			    PG_DIAG_COLUMN_NAME);
	char		*end;

	if (column != NULL) {
		snprintf(out, n, "%s", column);
		return;
	}
	*out = '\0';
	if (name == NULL || table == NULL)
		return;
	if (strncmp(name, table, strlen(table)) == 0 &&
	    name[strlen(table)] == '_')
		name += strlen(table) + 1;
	snprintf(out, n, "%s", name);
	if ((end = strrchr(out, '_')) != NULL)
		*end = '\0';
}

static int
table_fault(const struct fault *f, const PGresult *res, struct err *e)
{
	const char	*table = PQresultErrorField(res, PG_DIAG_TABLE_NAME);
	char		 column[64], one[64];

	constrained(res, column, sizeof(column));
	if (f->msg == NULL)
		return err_slug(e, f->code, f->slug, "%s", "");
	if (*column == '\0' || strchr(f->msg, '%') == NULL)
		return err_slug(e, f->code, f->slug, "%s",
		    strchr(f->msg, '%') == NULL ? f->msg :
		    "The database refuses these values.");
	if (f->code == ERR_CONFLICT) {
		snprintf(one, sizeof(one), "%.*s", table != NULL &&
		    *table != '\0' ? (int)strlen(table) - 1 : 3,
		    table != NULL && *table != '\0' ? table : "row");
		err_field(e, column, f->slug, "Another %s has this %s.", one,
		    column);
		return err_slug(e, ERR_CONFLICT, f->slug,
		    "Another %s has this %s.", one, column);
	}
	if (f->msg[0] == '%')
		return err_field(e, column, f->slug, "%s %s", column,
		    f->msg + 3);
	return err_field(e, column, f->slug, "There is no such %s.", column);
}

int
db_fail(struct db *db, const PGresult *res, struct err *e)
{
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);

	if (state == NULL) {
		/* No answer at all: the connection broke. */
		return err_detail(e, ERR_UNAVAILABLE, "%s",
		    PQerrorMessage(db->conn));
	}
	if (state[0] == 'C' && state[1] == 'B')
		return own_fault(res, (state[2] - '0') * 100 +
		    (state[3] - '0') * 10 + (state[4] - '0'), e);
	err_detail(e, ERR_NONE, "%s %s", state, msg != NULL ? msg : "");
	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		if (strncmp(state, faults[i].sqlstate,
		    strlen(faults[i].sqlstate)) == 0)
			return table_fault(&faults[i], res, e);
	e->code = ERR_INTERNAL;
	return -1;
}

/* FNV-1a: which statement this is. */
static uint64_t
hash_of(const char *s)
{
	uint64_t	 h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h != 0 ? h : 1;
}

/* How a statement of a pipeline goes out. */
struct sent {
	enum { PLAIN, BIND, PARSE } how;	/* PARSE has one more result */
	uint64_t	 hash;
};

/* What became of a pipeline. */
struct outcome {
	size_t		 failed;	/* which statement */
	char		 state[6];	/* its SQLSTATE, or "" */
};

/*
 * Prepared statements are named by their text's hash, so that one name means one
 * text, whoever prepared it.
 */
static struct sent
choose(const struct db *db, const struct db_query *q, bool parse)
{
	struct sent	 s = { .how = PLAIN, .hash = 0 };
	uint64_t	 known;

	if (db->keep == DB_KEEP_NONE ||
	    (db->keep == DB_KEEP_POOLED && (!q->hot || db->in_txn)))
		return s;
	s.hash = hash_of(q->sql);
	if (db->keep == DB_KEEP_POOLED) {
		s.how = parse ? PARSE : BIND;
		return s;
	}
	/* Two statements of one slot: the first stays, the other goes
	 * unprepared. */
	known = db->cache[s.hash % DB_CACHE];
	if (known == s.hash)
		s.how = BIND;
	else if (known == 0)
		s.how = PARSE;
	return s;
}

static bool
send_one(struct db *db, const struct db_query *q, const struct sent *s)
{
	char	 name[32];

	if (s->how == PLAIN)
		return PQsendQueryParams(db->conn, q->sql, q->n, NULL,
		    q->param, NULL, NULL, 0) == 1;
	snprintf(name, sizeof(name), "s%016llx", (unsigned long long)s->hash);
	if (s->how == PARSE &&
	    PQsendPrepare(db->conn, name, q->sql, q->n, NULL) != 1)
		return false;
	return PQsendQueryPrepared(db->conn, name, q->n, q->param, NULL, NULL,
	    0) == 1;
}

static bool
succeeded(const PGresult *res)
{
	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		return true;
	default:
		return false;
	}
}

/*
 * The next result of a pipeline, without the NULL behind each.  NULL when the
 * connection broke.
 */
static PGresult *
next_result(struct db *db)
{
	PGresult	*res = PQgetResult(db->conn);

	if (res == NULL && PQstatus(db->conn) == CONNECTION_OK)
		res = PQgetResult(db->conn);
	return res;
}

/* Notes the first failure of a pipeline. */
static void
note(struct db *db, const PGresult *res, size_t i, struct outcome *o,
    struct err *e)
{
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	o->failed = i;
	snprintf(o->state, sizeof(o->state), "%s", state != NULL ? state : "");
	db_fail(db, res, e);
}

static int
broke(struct db *db, struct err *e)
{
	return err_detail(e, ERR_UNAVAILABLE, "the connection broke: %s",
	    PQerrorMessage(db->conn));
}

/* Collects the results of what was sent; those of the first skip are dropped. */
static int
collect(struct db *db, const struct sent *sent, size_t n, size_t skip,
    PGresult **out, struct outcome *o, struct err *e)
{
	PGresult	*res;
	bool		 failed = false;

	for (size_t i = 0; i < n; i++) {
		for (int step = sent[i].how == PARSE ? 0 : 1; step < 2;
		    step++) {
			if ((res = next_result(db)) == NULL)
				return broke(db, e);
			if (!succeeded(res) && !failed) {
				note(db, res, i, o, e);
				failed = true;
			}
			if (step == 0 && succeeded(res))
				db->cache[sent[i].hash % DB_CACHE] =
				    sent[i].hash;
			if (step == 0 || failed || i < skip)
				PQclear(res);
			else
				out[i - skip] = res;
		}
	}
	/* The pipeline's end: an error here is one of the commit. */
	if ((res = next_result(db)) == NULL)
		return broke(db, e);
	while (res != NULL && PQresultStatus(res) != PGRES_PIPELINE_SYNC) {
		if (!failed)
			note(db, res, n, o, e);
		failed = true;
		PQclear(res);
		res = next_result(db);
	}
	PQclear(res);
	return failed ? -1 : 0;
}

/* What became of sql_take.  A limit that fails is no reason to fail. */
static void
collect_take(struct db *db, const struct sent *taking)
{
	struct db_limit	*l = &db->limit;
	PGresult	*res;

	for (int step = taking->how == PARSE ? 0 : 1; step < 2; step++) {
		if ((res = next_result(db)) == NULL)
			return;
		if (!succeeded(res))
			db->cache[taking->hash % DB_CACHE] = 0;
		else if (step == 0)
			db->cache[taking->hash % DB_CACHE] = taking->hash;
		else if (PQntuples(res) == 1) {
			l->allowed = strcmp(PQgetvalue(res, 0, 0), "t") == 0;
			l->remaining = strtoll(PQgetvalue(res, 0, 1), NULL, 10);
			l->reset = strtoll(PQgetvalue(res, 0, 2), NULL, 10);
			l->taken = true;
		}
		PQclear(res);
	}
	while ((res = next_result(db)) != NULL &&
	    PQresultStatus(res) != PGRES_PIPELINE_SYNC)
		PQclear(res);
	PQclear(res);
}

/*
 * Sends who, if any, and q as one pipeline, and behind it what takes from the
 * bucket.  Bit i of parse: the i-th statement
 * is to be prepared on a pooled connection.
 */
static int
attempt(struct db *db, const struct db_query *who, const struct db_query *q,
    size_t n, unsigned parse, PGresult **out, struct outcome *o,
    struct err *e)
{
	struct sent		 sent[DB_BATCH + 1], taking;
	size_t			 skip = who != NULL, i;
	const char *const	 bucket[] = {
		db->limit.key, db->limit.rate, db->limit.burst, db->limit.take
	};
	const struct db_query	 taker = { sql_take, 4, bucket, true };
	bool			 take = db->limit.take != NULL && !db->in_txn &&
				    !db->limit.taken;
	bool			 fine;
	int			 rc;

	*o = (struct outcome){ .failed = 0 };
	for (i = 0; i < n; i++)
		out[i] = NULL;
	fine = PQenterPipelineMode(db->conn) == 1;
	for (i = 0; fine && i < n + skip; i++) {
		const struct db_query	*one = i < skip ? who : &q[i - skip];

		sent[i] = choose(db, one, parse >> i & 1);
		fine = send_one(db, one, &sent[i]);
	}
	if (fine && take) {
		/* A transaction of its own, which a failure leaves alone. */
		fine = PQpipelineSync(db->conn) == 1;
		taking = choose(db, &taker, false);
		if (db->keep == DB_KEEP_POOLED)
			taking.how = PLAIN;
		fine = fine && send_one(db, &taker, &taking);
	}
	if (!fine || PQpipelineSync(db->conn) != 1) {
		err_detail(e, ERR_UNAVAILABLE, "cannot send: %s",
		    PQerrorMessage(db->conn));
		disconnect(db);
		return -1;
	}
	rc = collect(db, sent, n + skip, skip, out, o, e);
	if (take)
		collect_take(db, &taking);
	if (rc != 0)
		for (i = 0; i < n; i++) {
			PQclear(out[i]);
			out[i] = NULL;
		}
	if (PQstatus(db->conn) != CONNECTION_OK ||
	    PQexitPipelineMode(db->conn) != 1)
		disconnect(db);
	return rc;
}

/*
 * After a failure: can the same be tried again, because only a prepared statement
 * was not as we thought?  Nothing was written then.
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
		/* A migration changed what a statement returns: everything is
		 * prepared anew. */
		if (!missing && !stale)
			return false;
		err_clear(e);
		return connect_anew(db, e) == 0;
	case DB_KEEP_POOLED:
		/* Each of PgBouncer's connections learns a statement once. */
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

static int
run(struct db *db, const struct db_query *who, const struct db_query *q,
    size_t n, PGresult **out, struct err *e)
{
	PGresult	*res[DB_BATCH];
	struct outcome	 o;
	unsigned	 parse = 0;
	bool		 plain = false;
	int		 rc;

	if (n > DB_BATCH)
		return err_detail(e, ERR_INTERNAL, "too many statements");
	if (ready(db, e) != 0)
		return -1;
	if (db->in_txn)
		who = NULL;
	db->entered |= who != NULL;
	rc = attempt(db, who, q, n, parse, res, &o, e);
	/* Neighbours may teach the connections at the same time: one lacks what
	 * the next has learnt already, and so on.  Unprepared it works on any. */
	for (int tries = 0; rc != 0 && tries < 8 &&
	    try_again(db, &o, &parse, e); tries++) {
		plain = plain || (tries == 4 && db->keep == DB_KEEP_POOLED);
		if (plain)
			db->keep = DB_KEEP_NONE;
		rc = attempt(db, who, q, n, parse, res, &o, e);
	}
	if (plain)
		db->keep = DB_KEEP_POOLED;
	for (size_t i = 0; rc == 0 && i < n; i++)
		out[i] = res[i];
	return rc;
}

int
db_run(struct db *db, const struct db_query *q, size_t n, PGresult **out,
    struct err *e)
{
	const char		*param[ENTER_PARAMS];
	const struct db_query	 who = { sql_enter, ENTER_PARAMS, param,
				    true };

	return run(db, entrance(db, param) ? &who : NULL, q, n, out, e);
}

int
db_row(struct db *db, const char *sql, int n, const char *const *param,
    PGresult **out, struct err *e)
{
	const char		*hex = db->identity != NULL ?
				    db->identity + strlen("\\x") : NULL;
	const struct db_query	 who = { sql_remember, 1, &hex, true };
	const struct db_query	 q = { sql, n, param, true };
	PGresult		*res;

	if (db->limit.key != NULL || db->admins_only)
		return db_run(db, &q, 1, out, e);
	if (run(db, hex != NULL ? &who : NULL, &q, 1, &res, e) != 0)
		return -1;
	if (PQntuples(res) == 0 && db->identity != NULL && !db->in_txn &&
	    db_run(db, NULL, 0, NULL, e) != 0) {
		PQclear(res);
		return -1;
	}
	*out = res;
	return 0;
}

int
db_one(struct db *db, const char *sql, int n, const char *const *param,
    PGresult **out, struct err *e)
{
	const struct db_query	 q = { .sql = sql, .n = n, .param = param };

	return db_run(db, &q, 1, out, e);
}

/* A statement without results or parameters, outside any pipeline. */
static int
command(struct db *db, const char *sql, ExecStatusType wanted, struct err *e)
{
	PGresult	*res = PQexec(db->conn, sql);
	int		 rc = 0;

	if (PQresultStatus(res) != wanted)
		rc = db_fail(db, res, e);
	PQclear(res);
	return rc;
}

int
db_take(struct db *db, struct err *e)
{
	return db->limit.take == NULL || db->limit.taken ? 0 :
	    run(db, NULL, NULL, 0, NULL, e);
}

int
db_begin(struct db *db, struct err *e)
{
	const char	*param[ENTER_PARAMS];
	PGresult	*res;

	if (db->in_txn) {
		db->depth++;
		return 0;
	}
	if (ready(db, e) != 0)
		return -1;
	if (command(db, "BEGIN", PGRES_COMMAND_OK, e) != 0)
		return -1;
	db->in_txn = true;
	if (!entrance(db, param))
		return 0;
	if (db_one(db, sql_enter, ENTER_PARAMS, param, &res, e) != 0) {
		db_rollback(db);
		return -1;
	}
	db->entered = true;
	PQclear(res);
	return 0;
}

int
db_commit(struct db *db, struct err *e)
{
	if (db->depth > 0) {
		db->depth--;
		return 0;
	}
	/* PostgreSQL answers COMMIT with success, and ROLLBACK as its tag, where
	 * a statement failed before: nothing would be written then. */
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
	return 0;
}

void
db_rollback(struct db *db)
{
	db->depth = 0;
	if (!db->in_txn || db->conn == NULL)
		return;
	db->in_txn = false;
	/* Whatever cannot be rolled back goes with its connection. */
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
	disconnect(db);
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
	PGresult	*res;
	int		 rc = 0;

	if (PQputCopyEnd(db->conn, NULL) != 1)
		return err_detail(e, ERR_UNAVAILABLE, "COPY: %s",
		    PQerrorMessage(db->conn));
	while ((res = PQgetResult(db->conn)) != NULL) {
		if (!succeeded(res) && rc == 0)
			rc = db_fail(db, res, e);
		PQclear(res);
	}
	return rc;
}

int
db_copy_out(struct db *db, const char *sql, struct err *e)
{
	return command(db, sql, PGRES_COPY_OUT, e);
}

int
db_copy_get(struct db *db, char **piece, struct err *e)
{
	PGresult	*res;
	int		 n = PQgetCopyData(db->conn, piece, 0);
	int		 rc = 0;

	if (n > 0)
		return n;
	if (n == -2)
		return err_detail(e, ERR_UNAVAILABLE, "COPY: %s",
		    PQerrorMessage(db->conn));
	while ((res = PQgetResult(db->conn)) != NULL) {
		if (!succeeded(res) && rc == 0)
			rc = db_fail(db, res, e);
		PQclear(res);
	}
	return rc;
}
