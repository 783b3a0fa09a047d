/*
 * Direct access to the database as its administrator (ADMIN_URL), and the
 * tokens of the users in fixture.sql.
 */
#ifndef SUPPORT_SQL_H
#define SUPPORT_SQL_H

#include <libpq-fe.h>

#include "core/arena.h"

/*
 * The users are members of campaign 1, except the admin, the stranger, who is a
 * member of campaign 2, and nobody.
 */
#define ADMIN		"test-token-of-the-admin"
#define MANAGER		"test-token-of-the-manager"
#define EDITOR		"test-token-of-the-editor"
#define VIEWER		"test-token-of-the-viewer"
#define STRANGER	"test-token-of-the-stranger"
#define NOBODY		"test-token-of-the-nobody"	/* no campaign */
#define EXPIRED		"test-token-that-expired"
#define REVOKED		"test-token-that-was-revoked"
#define INACTIVE	"test-token-of-the-inactive"

/*
 * Run a statement, formatted as by printf() without any quoting, and return its
 * result; free it with PQclear().  The test fails if the statement does.
 */
PGresult *sql_rows(const char *fmt, ...) PRINTF(1, 2);

/*
 * The same, but return the first value of the first row, as text ("" if there
 * is no row) or as a number.
 */
const char *sql(const char *fmt, ...) PRINTF(1, 2);
int64_t	 sql_number(const char *fmt, ...) PRINTF(1, 2);

/* Insert a voter who belongs to campaign 1, and return the id. */
int64_t	 voter(const char *first, const char *last);

/* Return the size of PostgreSQL's log, which PG_LOG names. */
int64_t	 pg_log_size(void);

#endif
