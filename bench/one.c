/*
 * The smallest program that reads a voter from PostgreSQL, with FastCGI or as
 * CGI: what a request costs at least.  It checks nothing.
 */
#include <fcgiapp.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ	"SELECT row_to_json(v) FROM cerberus.bench_voters v " \
		"WHERE voter_id = $1"

/* Connect to the url of section [database] in CERBERUS_CONF. */
static PGconn *
connect_database(void)
{
	const char	*path = getenv("CERBERUS_CONF");
	FILE		*f = path != NULL ? fopen(path, "re") : NULL;
	char		 line[1024];
	PGconn		*db = NULL;

	while (f != NULL && db == NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "url = ", 6) == 0) {
			line[strcspn(line, "\n")] = '\0';
			db = PQconnectdb(line + 6);
		}
	if (f != NULL)
		fclose(f);
	return db;
}

/* Return the voter's id from PATH_INFO. */
static const char *
voter_of(const char *path)
{
	return path != NULL && *path == '/' ? path + 1 : "0";
}

static int
serve_one(PGconn *db)
{
	const char	*id = voter_of(getenv("PATH_INFO"));
	PGresult	*row;

	row = PQexecParams(db, READ, 1, NULL, &id, NULL, NULL, 0);
	if (PQntuples(row) == 1)
		printf("Content-Type: application/json\r\n\r\n%s\n",
		    PQgetvalue(row, 0, 0));
	else
		fputs("Status: 500\r\n\r\n", stdout);
	PQclear(row);
	return fflush(stdout) == 0 ? 0 : 1;
}

static int
serve_all(PGconn *db)
{
	FCGX_Request	 r;
	PGresult	*row;
	const char	*id;

	PQclear(PQprepare(db, "one", READ, 1, NULL));
	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&r) == 0) {
		id = voter_of(FCGX_GetParam("PATH_INFO", r.envp));
		row = PQexecPrepared(db, "one", 1, &id, NULL, NULL, 0);
		if (PQntuples(row) == 1)
			FCGX_FPrintF(r.out, "Content-Type: application/json"
			    "\r\n\r\n%s\n", PQgetvalue(row, 0, 0));
		else
			FCGX_PutS("Status: 500\r\n\r\n", r.out);
		PQclear(row);
		FCGX_Finish_r(&r);
	}
	return 0;
}

int
main(void)
{
	PGconn	*db = connect_database();
	int	 rc = FCGX_IsCGI() ? serve_one(db) : serve_all(db);

	PQfinish(db);
	return rc;
}
