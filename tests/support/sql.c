/* SQL statements of tests. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "answer.h"
#include "core/text.h"
#include "sql.h"

static PGconn	*conn;

static PGresult *query(const char *, va_list) PRINTF(1, 0);

static PGresult *
query(const char *fmt, va_list ap)
{
	const char	*url = getenv("ADMIN_URL");
	char		*text;
	PGresult	*res;

	cr_assert(url != NULL, "start the tests by make check");
	if (conn == NULL || PQstatus(conn) != CONNECTION_OK) {
		PQfinish(conn);
		conn = PQconnectdb(url);
		cr_assert(PQstatus(conn) == CONNECTION_OK, "%s",
		    PQerrorMessage(conn));
		PQclear(PQexec(conn, "SET search_path = cerberus; "
		    "SET timezone = 'UTC'; "
		    "SET client_min_messages = warning"));
	}
	cr_assert(vasprintf(&text, fmt, ap) != -1);
	res = PQexec(conn, text);
	cr_assert(PQresultStatus(res) == PGRES_TUPLES_OK ||
	    PQresultStatus(res) == PGRES_COMMAND_OK, "%s: %s", text,
	    PQerrorMessage(conn));
	free(text);
	return res;
}

PGresult *
sql_rows(const char *fmt, ...)
{
	PGresult	*res;
	va_list		 ap;

	va_start(ap, fmt);
	res = query(fmt, ap);
	va_end(ap);
	return res;
}

static const char *
first_value(PGresult *res)
{
	const char	*value = "";

	if (PQntuples(res) > 0)
		value = arena_strdup(&memory, PQgetvalue(res, 0, 0));
	PQclear(res);
	return value;
}

const char *
sql(const char *fmt, ...)
{
	PGresult	*res;
	va_list		 ap;

	va_start(ap, fmt);
	res = query(fmt, ap);
	va_end(ap);
	return first_value(res);
}

int64_t
sql_number(const char *fmt, ...)
{
	PGresult	*res;
	const char	*value;
	int64_t		 number = -1;
	va_list		 ap;

	va_start(ap, fmt);
	res = query(fmt, ap);
	va_end(ap);
	value = first_value(res);
	cr_assert(text_int64(value, strlen(value), &number),
	    "%s: '%s' is not a number", fmt, value);
	return number;
}

int64_t
voter(const char *first, const char *last)
{
	return sql_number("WITH v AS (INSERT INTO voters (first_name, "
	    "last_name) VALUES ('%s', '%s') RETURNING voter_id) "
	    "INSERT INTO campaign_voters SELECT 1, voter_id FROM v "
	    "RETURNING voter_id", first, last);
}

int64_t
pg_log_size(void)
{
	const char	*path = getenv("PG_LOG");
	struct stat	 st;

	cr_assert(path != NULL && stat(path, &st) == 0,
	    "tests/run says where PostgreSQL's log is");
	return (int64_t)st.st_size;
}
