/*
 * The test's own look into the database, as its administrator, and the people
 * of fixture.sql.
 */
#ifndef SUPPORT_SQL_H
#define SUPPORT_SQL_H

#include <libpq-fe.h>

#include "core/arena.h"

/* Tokens.  All but the first belong to campaign 1, stranger to campaign 2. */
#define ADMIN		"test-token-of-the-admin"
#define MANAGER		"test-token-of-the-manager"
#define EDITOR		"test-token-of-the-editor"
#define VIEWER		"test-token-of-the-viewer"
#define STRANGER	"test-token-of-the-stranger"
#define NOBODY		"test-token-of-the-nobody"	/* no campaign */
#define EXPIRED		"test-token-that-expired"
#define REVOKED		"test-token-that-was-revoked"
#define INACTIVE	"test-token-of-the-inactive"

/* The rows of a statement; the test fails when it does. */
PGresult *sql_rows(const char *fmt, ...) PRINTF(1, 2);

/* Its first value, or "" for none. */
const char *sql(const char *fmt, ...) PRINTF(1, 2);
int64_t	 sql_number(const char *fmt, ...) PRINTF(1, 2);

/* A new voter of campaign 1; answers the id. */
int64_t	 voter(const char *first, const char *last);

#endif
