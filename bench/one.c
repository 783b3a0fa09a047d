/*
 * The smallest FastCGI program that reads a voter from PostgreSQL: what a
 * request costs at least.  It checks nothing.
 */
#include <fcgiapp.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int
main(void)
{
	FCGX_Request	 r;
	PGconn		*db = connect_database();
	PGresult	*row;
	const char	*path;

	PQclear(PQprepare(db, "one", "SELECT row_to_json(v) FROM "
	    "cerberus.bench_voters v WHERE voter_id = $1", 1, NULL));
	FCGX_Init();
	FCGX_InitRequest(&r, 0, 0);
	while (FCGX_Accept_r(&r) == 0) {
		path = FCGX_GetParam("PATH_INFO", r.envp);
		path = path != NULL && *path == '/' ? path + 1 : "0";
		row = PQexecPrepared(db, "one", 1, &path, NULL, NULL, 0);
		if (PQntuples(row) == 1)
			FCGX_FPrintF(r.out, "Content-Type: application/json"
			    "\r\n\r\n%s\n", PQgetvalue(row, 0, 0));
		else
			FCGX_PutS("Status: 500\r\n\r\n", r.out);
		PQclear(row);
		FCGX_Finish_r(&r);
	}
	PQfinish(db);
	return 0;
}
