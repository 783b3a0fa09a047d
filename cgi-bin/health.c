/*
 * health.cgi: the health check.  The web server also sends it every unknown
 * path, so that the 404 is a problem document too.
 */
#include "config.h"
#include "schema_version.h"

#include "db/db.h"
#include "http/endpoint.h"
#include "record/json.h"

/*
 * GET /: 200, or 503 without a database or if its schema is of another
 * version.
 */
static int
get(struct req *rq, struct resp *rs, struct err *e)
{
	PGresult	*res;
	const char	*schema;
	struct buf	*b;
	int		 rc = 0;

	if (db_one(rq->db, "SELECT cerberus.schema_version()", 0, NULL, &res,
	    e) != 0) {
		/* The schema or the function is missing: not deployed yet. */
		if (e->code == ERR_INTERNAL)
			err_slug(e, ERR_UNAVAILABLE, "schema_mismatch",
			    "The database has no schema; run script/database "
			    "migrate.");
		return -1;
	}
	schema = PQgetvalue(res, 0, 0);
	if (strcmp(schema, CERBERUS_SCHEMA) != 0) {
		rc = err_slug(e, ERR_UNAVAILABLE, "schema_mismatch",
		    "The database's schema is %.60s, this build needs %s. Run "
		    "script/database migrate.",
		    schema, CERBERUS_SCHEMA);
	} else {
		b = resp_json(rs, 200);
		buf_adds(b, "{\"status\":\"ok\",\"version\":\""
		    PACKAGE_VERSION "\",\"schema\":");
		json_add_string(b, schema, strlen(schema));
		buf_adds(b, ",\"database\":\"ok\"}");
	}
	PQclear(res);
	return rc;
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
