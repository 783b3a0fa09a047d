/*
 * health.cgi: the health check.  The web server also calls it for every unknown
 * path, so that the 404 is a problem document too.
 */
#include "config.h"
#include "schema_version.h"

#include "db/db.h"
#include "http/endpoint.h"
#include "http/standby.h"
#include "record/json.h"

/*
 * GET /: 200, or 503 without a database, with another version's schema, or with
 * a standby only, on which every write would fail.
 */
static int
get(struct req *rq, struct resp *rs, struct err *e)
{
	struct rows	*r;
	const char	*schema;
	double		 seconds;
	struct buf	*b;

	if (db_select(rq->db, "SELECT cerberus.schema_version() AS version, "
	    "pg_is_in_recovery() AS standby, extract(epoch FROM "
	    "clock_timestamp() - pg_last_xact_replay_timestamp())::bigint "
	    "AS behind", 0, NULL, &r, e) != 0) {
		/* The schema or the function is missing: not deployed yet. */
		if (e->code == ERR_INTERNAL)
			err_slug(e, ERR_UNAVAILABLE, "schema_mismatch",
			    "The database has no schema; run script/database "
			    "migrate.");
		return -1;
	}
	schema = rows_text(r, 0, "version");
	if (schema == NULL)
		schema = "";
	if (strcmp(schema, CERBERUS_SCHEMA) != 0)
		return err_slug(e, ERR_UNAVAILABLE, "schema_mismatch",
		    "The database's schema is %.60s, this build needs %s. Run "
		    "cerberus setup or script/database migrate.", schema,
		    CERBERUS_SCHEMA);
	if (rows_bool(r, 0, "standby"))
		return err_slug(e, ERR_UNAVAILABLE, "database_read_only",
		    "The database is a standby, whose newest data are %lld "
		    "seconds old.", (long long)rows_int64(r, 0, "behind"));
	b = resp_json(rs, 200);
	buf_adds(b, "{\"status\":\"ok\",\"version\":\"" PACKAGE_VERSION
	    "\",\"schema\":");
	json_add_string(b, schema, strlen(schema));
	buf_adds(b, ",\"database\":\"ok\",\"server\":\"primary\"");
	if (rq->standby != NULL) {
		seconds = standby_behind(rq);
		if (seconds < 0)
			buf_adds(b, ",\"standby_behind\":null");
		else
			buf_addf(b, ",\"standby_behind\":%.3f", seconds);
	}
	buf_adds(b, "}");
	return 0;
}

static const struct route routes[] = {
	{ .method = M_GET, .path = "/",
	  .access = ACCESS_PUBLIC | ROUTE_UNLIMITED, .handle = get },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
