/*
 * Connects to PostgreSQL, and detects a dead connection.  pipeline.c decides
 * whether statements are sent again.
 */
#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include "connection.h"
#include "core/clock.h"
#include "fault.h"

#define FULL_MS		900	/* wait as long for a full server */
#define FULL_PAUSE_MS	20	/* between two tries, and as much by chance */

void
connection_close(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
	db->in_txn = false;
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

/* Was the connection refused because the server or PgBouncer is full? */
static bool
is_full(const PGconn *c)
{
	return strstr(PQerrorMessage(c), ":  53300: ") != NULL ||
	    strstr(PQerrorMessage(c), "no more connections allowed") != NULL;
}

/*
 * Connect, and where the server is full wait for a while: with plain CGI the
 * connections of other requests end soon.  Any other failure is final, and its
 * message is that of the first try.
 */
static PGconn *
connect_patiently(const char *const *keys, const char *const *values)
{
	int64_t		 deadline = clock_ms() + FULL_MS;
	PGconn		*first = PQconnectdbParams(keys, values, 1), *c;
	unsigned	 seed = (unsigned)(uintptr_t)&first ^
			    (unsigned)getpid();

	while (PQstatus(first) != CONNECTION_OK && clock_ms() < deadline) {
		c = connect_until(deadline, keys, values);
		if (PQstatus(c) == CONNECTION_OK) {
			PQfinish(first);
			return c;
		}
		if (!is_full(c))
			deadline = 0;
		PQfinish(c);
		poll(NULL, 0, deadline == 0 ? 0 : FULL_PAUSE_MS +
		    (int)((unsigned)rand_r(&seed) % FULL_PAUSE_MS));
	}
	return first;
}

int
connection_anew(struct db *db, struct err *e)
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

	connection_close(db);
	if (db->url == NULL)
		return err_detail(e, ERR_UNAVAILABLE, "no database is "
		    "configured: set [database] url or DATABASE_URL");
	/* libpq sends these in the startup packet, also through PgBouncer. */
	setenv("PGTZ", "UTC", 1);
	setenv("PGDATESTYLE", "ISO, YMD", 1);
	db->conn = connect_patiently(keys, values);
	if (PQstatus(db->conn) != CONNECTION_OK) {
		/* libpq's message may quote a part of the URL that it cannot
		 * parse, and that may be the password: do not log it. */
		parsed = strstr(db->url, "://") != NULL ?
		    PQconninfoParse(db->url, NULL) : NULL;
		err_detail(e, ERR_UNAVAILABLE, "cannot connect: %s",
		    parsed == NULL && strstr(db->url, "://") != NULL ?
		    (db->foreign ? "its address is not a valid URL; write a "
		    "% in a password as %25" :
		    "[database] url, or DATABASE_URL, is not a valid URL; "
		    "write a % in a password as %25") :
		    PQerrorMessage(db->conn));
		PQconninfoFree(parsed);
		connection_close(db);
		return -1;
	}
	db->connections++;
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
	if (db->keep == DB_KEEP_OWN) {
		snprintf(timeout, sizeof(timeout),
		    "SET statement_timeout = %lld", (long long)db->timeout_ms);
		res = PQexec(db->conn, timeout);
		if (PQresultStatus(res) != PGRES_COMMAND_OK) {
			fault_fill(db, res, e);
			PQclear(res);
			connection_close(db);
			return -1;
		}
		PQclear(res);
	}
	return 0;
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
	if (db->conn != NULL && (db->in_txn || !is_dead(db)))
		return 0;
	return connection_anew(db, e);
}
