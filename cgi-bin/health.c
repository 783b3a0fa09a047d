/*
 * health.cgi: the health check, and for administrators what cerberus check
 * finds as far as the programs see it.  The web server also calls it for every
 * unknown path, so that the 404 is a problem document too.
 */
#include "config.h"
#include "schema_version.h"

#include "check/check.h"
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

struct findings {
	struct buf	*b;
	size_t		 n;
};

static void
add_text(struct buf *b, const char *key, const char *s)
{
	buf_addf(b, ",\"%s\":", key);
	json_add_string(b, s, strlen(s));
}

/* Append what a check has found as a JSON object. */
static void
add_finding(void *ctx, enum check_state state, const char *what,
    const char *text)
{
	static const char	*const words[] = { "ok", "failed",
		"unchecked" };
	struct findings		*f = ctx;

	buf_addf(f->b, "%s{\"state\":\"%s\"", f->n++ > 0 ? "," : "",
	    words[state]);
	add_text(f->b, "what", what);
	add_text(f->b, "text", text);
	buf_adds(f->b, "}");
}

/* GET /checks: 200 with what the checks find, for administrators. */
static int
checks(struct req *rq, struct resp *rs, struct err *e)
{
	struct findings		 f = { 0 };
	const struct check	 k = { .found = add_finding, .ctx = &f };
	struct rows		*r;
	bool			 ok;

	/* The checks have connections of their own; this one knows the
	 * caller, and refuses who is not an administrator. */
	if (db_select(rq->db, "SELECT true", 0, NULL, &r, e) != 0)
		return -1;
	f.b = resp_json(rs, 200);
	buf_adds(f.b, "{\"checks\":[");
	ok = check_settings(&k, rq->cfg);
	ok &= check_database(&k, rq->cfg);
	check_note(&k, "modes, layouts, backup, web server, Stripe",
	    "run cerberus check on the server");
	buf_addf(f.b, "],\"ok\":%s}", ok ? "true" : "false");
	return 0;
}

static const struct route routes[] = {
	{ .method = M_GET, .path = "/",
	  .access = ACCESS_PUBLIC | ROUTE_UNLIMITED, .handle = get },
	{ .method = M_GET, .path = "/checks", .access = ACCESS_ADMIN,
	  .handle = checks },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
