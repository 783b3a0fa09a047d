/*
 * Connects to PostgreSQL, and detects a dead connection.  pipeline.c decides
 * whether statements are sent again.
 */
#include <libpq-fe.h>
#include <poll.h>

#include "connection.h"
#include "fault.h"

void
connection_close(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
	db->in_txn = false;
	memset(db->cache, 0, sizeof(db->cache));
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
	db->conn = PQconnectdbParams(keys, values, 1);
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
