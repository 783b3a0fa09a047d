/* What the programs need of their database. */
#include "config.h"
#include "schema_version.h"

#include "check.h"

/*
 * Check that a statement returns one row whose column ok is true; fault is what
 * it means if it is not.
 */
static bool
check_sql(const struct check *k, struct db *db, const char *what,
    const char *sql, const char *fault)
{
	struct err	 e = { 0 };
	struct rows	*r;
	bool		 ok;

	if (db_select(db, sql, 0, NULL, &r, &e) != 0)
		return check_report(k, false, what, "%s", check_fault(&e));
	ok = rows_count(r) == 1 && rows_bool(r, 0, "ok");
	return check_report(k, ok, what, "%s", ok ? "" : fault);
}

/* Check that the connection's role can do only what the schema grants. */
static bool
check_role(const struct check *k, struct db *db)
{
	bool	 ok;

	ok = check_sql(k, db, "role", "SELECT NOT rolsuper "
	    "AND NOT rolbypassrls AND NOT rolcreaterole AS ok FROM pg_roles "
	    "WHERE rolname = current_user",
	    "row-level security does not apply to it");
	return check_sql(k, db, "temporary objects", "SELECT NOT "
	    "has_database_privilege(current_database(), 'TEMPORARY') AS ok",
	    "the role may create them; REVOKE TEMPORARY ON DATABASE ... FROM "
	    "PUBLIC") && ok;
}

static bool
check_schema(const struct check *k, struct db *db)
{
	struct err	 e = { 0 };
	char		 fault[200] = "";
	struct rows	*r;
	const char	*version;
	bool		 ok;

	if (db_select(db, "SELECT cerberus.schema_version() AS version", 0,
	    NULL, &r, &e) != 0)
		return check_report(k, false, "schema", "%s", check_fault(&e));
	version = rows_text(r, 0, "version");
	ok = version == NULL || strcmp(version, CERBERUS_SCHEMA) == 0;
	if (!ok)
		snprintf(fault, sizeof(fault), "it is %.60s, this build "
		    "needs %s: run script/database migrate", version,
		    CERBERUS_SCHEMA);
	return check_report(k, ok, "schema", "%s", fault);
}

/* The clock of the database, which decides when tokens expire. */
static bool
check_database_clock(const struct check *k, struct db *db)
{
	struct err	 e = { 0 };
	struct rows	*r;

	if (db_select(db, "SELECT extract(epoch FROM clock_timestamp())"
	    "::bigint AS now", 0, NULL, &r, &e) != 0)
		return check_report(k, false, "clock", "%s", check_fault(&e));
	return check_clock(k, "the database", rows_int64(r, 0, "now")) &&
	    check_report(k, true, "clock", "%s", "");
}

bool
check_database(const struct check *k, const struct cfg *cfg)
{
	struct db	 db;
	bool		 ok;

	db_init(&db, cfg->database_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	ok = check_sql(k, &db, "database", "SELECT true AS ok", "");
	if (!ok) {
		db_release(&db);
		return false;
	}
	ok &= check_schema(k, &db);
	ok &= check_role(k, &db);
	ok &= check_sql(k, &db, "permissions",
	    "SELECT count(*) = 0 AS ok FROM pg_class c "
	    "WHERE c.relnamespace = 'cerberus'::regnamespace "
	    "AND c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, "
	    "'SELECT') AND NOT c.relrowsecurity",
	    "row-level security is off for a table that the programs "
	    "read");
	ok &= check_sql(k, &db, "isolation",
	    "SELECT NOT EXISTS (SELECT FROM cerberus.voters) AS ok",
	    "voters are visible without an API key");
	ok &= check_database_clock(k, &db);
	db_release(&db);
	db_init(&db, cfg->stripe_database_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	ok &= check_sql(k, &db, "donations",
	    "SELECT has_function_privilege('cerberus.stripe_event(bigint, "
	    "jsonb, bigint)', 'EXECUTE') AS ok",
	    "set [database] stripe_url to the URL of the role "
	    "cerberus_stripe") && check_role(k, &db) &&
	    check_upkeep(k, cfg, &db);
	db_release(&db);
	return check_hosts(k, cfg) && ok;
}
