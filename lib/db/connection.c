/*
 * Connects to PostgreSQL, and detects a dead connection.  pipeline.c decides
 * whether statements are sent again.
 */
#include <libpq-fe.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "connection.h"
#include "core/clock.h"
#include "fault.h"
#include "hosts.h"

#define HOST_MS		5000	/* how long a connection may take */
#define ONE_OF_MS	2000	/* the same to one of several hosts */
#define FULL_MS		900	/* how long to wait for a full server */
#define SEVERAL_MS	2000	/* for several hosts to have a primary */
#define PAUSE_MS	20	/* between two tries, and as much by chance */
#define LATE_MS		5000	/* after the end of a statement's time */
#define UNFIT_MS	100	/* before the next try, after a standby */

void
connection_close(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
	db->in_txn = false;
	db->canceled = false;
	memset(db->cache, 0, sizeof(db->cache));
}

/*
 * Try to connect until the deadline, a time of clock_ms().  With verbose errors
 * the message of a failure contains the SQLSTATE: until a session has begun,
 * libpq provides it in no other way.  Unlike the rest of the message, it does
 * not depend on the server's language.
 */
static PGconn *
connect_until(int64_t deadline, const char *const *keys,
    const char *const *values)
{
	PGconn				*c = PQconnectStartParams(keys, values,
					    1);
	PostgresPollingStatusType	 state = PGRES_POLLING_WRITING;
	struct pollfd			 p;
	int64_t				 left;

	if (PQstatus(c) == CONNECTION_BAD)
		return c;
	PQsetErrorVerbosity(c, PQERRORS_VERBOSE);
	while (state == PGRES_POLLING_READING ||
	    state == PGRES_POLLING_WRITING) {
		p.fd = PQsocket(c);
		p.events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
		left = deadline - clock_ms();
		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			break;
		state = PQconnectPoll(c);
	}
	PQsetErrorVerbosity(c, PQERRORS_DEFAULT);
	return c;
}

/* Connect to host i of n. */
static PGconn *
connect_host(const struct db *db, const PQconninfoOption *o, size_t i,
    size_t n, int64_t deadline)
{
	char		 host[256], address[256], port[32];
	/* What precedes dbname, the URL, can be changed in the URL.  A server
	 * that disappears from the network is noticed after ten seconds. */
	const char	*keys[] = { "keepalives_idle", "keepalives_interval",
			    "keepalives_count", "tcp_user_timeout", "dbname",
			    "client_encoding", "application_name",
			    "gssencmode", NULL, NULL, NULL, NULL, NULL };
	const char	*values[] = { "5", "2", "3", "10000", db->url, "UTF8",
			    "cerberus", "disable", NULL, NULL, NULL, NULL,
			    NULL };
	size_t		 k = 8;

	if (db->one_host) {
		keys[k] = "target_session_attrs";
		values[k++] = "any";
	}
	if (n > 1) {
		keys[k] = "host";
		values[k++] = hosts_item(hosts_option(o, "host"), i, host,
		    sizeof(host));
		keys[k] = "hostaddr";
		values[k++] = hosts_item(hosts_option(o, "hostaddr"), i,
		    address, sizeof(address));
		keys[k] = "port";
		values[k] = hosts_item(hosts_option(o, "port"), i, port,
		    sizeof(port));
	}
	return connect_until(deadline, keys, values);
}

/* Does the message of a failure have this SQLSTATE, or one of this class? */
static bool
failed_with(const PGconn *c, const char *state)
{
	char	 text[16];

	snprintf(text, sizeof(text), ":  %s", state);
	return strstr(PQerrorMessage(c), text) != NULL;
}

/*
 * Is it worth trying again soon?  If the server, or PgBouncer, has as many
 * connections as it allows; and of several hosts one becomes the primary,
 * unless they refuse the role or the database.
 */
static bool
is_passing(const PGconn *c, size_t n)
{
	return failed_with(c, "53300: ") ||
	    strstr(PQerrorMessage(c), "no more connections allowed") != NULL ||
	    (n > 1 && !failed_with(c, "28") && !failed_with(c, "3D000"));
}

/* Append the failure's message, without its place in the server's source. */
static void
note_failure(const PGconn *c, char *why, size_t size)
{
	const char	*msg = PQerrorMessage(c), *end;
	size_t		 len = strlen(why);

	if (*msg == '\0')
		msg = "a server does not answer";
	if ((end = strstr(msg, "\nLOCATION:")) == NULL)
		end = msg + strlen(msg);
	snprintf(why + len, size - len, "%s%.*s", len > 0 ? "; " : "",
	    (int)(end - msg), msg);
}

/*
 * Connect to the first host that accepts the session, beginning with the one
 * of the last connection.  NULL if none does within the time; why is the
 * reason.  libpq could go through the hosts itself, but would wait for each as
 * long as for all.
 */
static PGconn *
connect_any(struct db *db, char *why, size_t size)
{
	PQconninfoOption	*o = PQconninfoParse(db->url, NULL);
	size_t			 n = hosts_count(o), at;
	int64_t			 start = clock_ms();
	unsigned		 seed = (unsigned)(uintptr_t)&o ^
				    (unsigned)getpid();
	bool			 again = true;
	PGconn			*c = NULL;

	for (;;) {
		again = false;
		*why = '\0';
		for (size_t i = 0; i < (db->one_host ? 1 : n); i++) {
			at = (db->host + i) % n;
			c = connect_host(db, o, at, n, clock_ms() +
			    (n > 1 ? ONE_OF_MS : HOST_MS));
			if (PQstatus(c) == CONNECTION_OK) {
				db->host = (unsigned)at;
				goto out;
			}
			again |= is_passing(c, db->one_host ? 1 : n);
			note_failure(c, why, size);
			PQfinish(c);
			c = NULL;
		}
		if (!again || clock_ms() - start > (n > 1 ? SEVERAL_MS :
		    FULL_MS))
			break;
		poll(NULL, 0, PAUSE_MS + (int)((unsigned)rand_r(&seed) %
		    PAUSE_MS));
	}
out:
	PQconninfoFree(o);
	return c;
}

/*
 * Take a warning.  PostgreSQL commits without its standby if somebody cancels
 * the wait for it, and only warns.  The warning has no SQLSTATE of its own, and
 * its text depends on the server's language; the function's name does not.
 */
static void
take_warning(void *ctx, const PGresult *res)
{
	struct db	*db = ctx;
	const char	*from = PQresultErrorField(res,
			    PG_DIAG_SOURCE_FUNCTION);

	if (from != NULL && strcmp(from, "SyncRepWaitForLSN") == 0)
		db->canceled = true;
	fputs(PQresultErrorMessage(res), stderr);
}

int
connection_committed(struct db *db, struct err *e)
{
	bool	 canceled = db->canceled;

	db->canceled = false;
	return !canceled ? 0 : err_detail(e, ERR_UNAVAILABLE, "the wait for "
	    "the standby was canceled: only the primary has what was written");
}

/* Set what a persistent connection keeps for all its statements. */
static int
set_up(struct db *db, struct err *e)
{
	char		 timeout[64];
	PGresult	*res;
	int		 rc = 0;

	snprintf(timeout, sizeof(timeout), "SET statement_timeout = %lld",
	    (long long)db->timeout_ms);
	res = PQexec(db->conn, timeout);
	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		rc = fault_fill(db, res, e);
		connection_close(db);
	}
	PQclear(res);
	return rc;
}

/* A URL that cannot be parsed. */
static int
bad_url(const struct db *db, struct err *e)
{
	return err_detail(e, ERR_UNAVAILABLE, "cannot connect: %s",
	    db->foreign ? "its address is not a valid URL; write a "
	    "% in a password as %25" : "[database] url, or DATABASE_URL, is "
	    "not a valid URL; write a % in a password as %25");
}

int
connection_anew(struct db *db, struct err *e)
{
	PQconninfoOption *parsed;
	char		 why[800];
	const char	*super;

	connection_close(db);
	if (db->url == NULL)
		return err_detail(e, ERR_UNAVAILABLE, "no database is "
		    "configured: set [database] url or DATABASE_URL");
	if (db->unfit) {
		poll(NULL, 0, UNFIT_MS);
		if (!db->one_host)
			db->host++;
	}
	/* libpq sends these in the startup packet, also through PgBouncer. */
	setenv("PGTZ", "UTC", 1);
	setenv("PGDATESTYLE", "ISO, YMD", 1);
	if ((db->conn = connect_any(db, why, sizeof(why))) == NULL) {
		/* libpq's message may quote a part of the URL that it cannot
		 * parse, and that may be the password: do not log it. */
		parsed = PQconninfoParse(db->url, NULL);
		if (parsed == NULL && strstr(db->url, "://") != NULL)
			return bad_url(db, e);
		PQconninfoFree(parsed);
		return err_detail(e, ERR_UNAVAILABLE, "cannot connect: %s",
		    why);
	}
	db->unfit = false;
	db->connections++;
	PQsetNoticeReceiver(db->conn, take_warning, db);
	super = PQparameterStatus(db->conn, "is_superuser");
	if (super != NULL && strcmp(super, "on") == 0 && !db->foreign) {
		connection_close(db);
		return err_detail(e, ERR_UNAVAILABLE, "the database role is "
		    "a superuser, to whom row-level security does not apply: "
		    "connect as cerberus_app");
	}
	/* A database without an encoding may have bytes that are not UTF-8,
	 * and refuses to send them as UTF-8.  The caller checks them. */
	if (db->foreign && strcmp(PQparameterStatus(db->conn,
	    "server_encoding"), "SQL_ASCII") == 0)
		PQsetClientEncoding(db->conn, "SQL_ASCII");
	/* On a persistent connection this round trip is made once.  A process
	 * that serves one request does without it, because the web server ends
	 * processes that take too long. */
	return db->keep == DB_KEEP_OWN ? set_up(db, e) : 0;
}

/* Return true if the server has closed an idle connection. */
static bool
is_dead(struct db *db)
{
	struct pollfd	 p = { .fd = PQsocket(db->conn), .events = POLLIN };

	if (PQstatus(db->conn) != CONNECTION_OK)
		return true;
	/* An idle connection is readable only if it has ended or a notice has
	 * arrived.  The end may follow a notice, so read everything. */
	while (poll(&p, 1, 0) > 0)
		if (PQconsumeInput(db->conn) == 0 ||
		    PQstatus(db->conn) != CONNECTION_OK)
			return true;
	return false;
}

int
connection_ready(struct db *db, struct err *e)
{
	if (db->conn != NULL && (db->in_txn ||
	    (!db->unfit && !is_dead(db))))
		return 0;
	return connection_anew(db, e);
}

bool
connection_answers(struct db *db)
{
	struct pollfd	 p = { .fd = PQsocket(db->conn), .events = POLLIN };
	int64_t		 left, end = clock_ms() + db->timeout_ms + LATE_MS;

	if (db->keep != DB_KEEP_OWN || db->in_txn)
		return true;
	while (PQisBusy(db->conn)) {
		if ((left = end - clock_ms()) <= 0)
			return false;
		if (poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left) > 0 &&
		    PQconsumeInput(db->conn) == 0)
			break;
	}
	return true;
}
