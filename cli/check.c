/* cerberus check: check that everything the programs need is there. */
#include "config.h"
#include "schema_version.h"

#include <getopt.h>
#include <unistd.h>

#include "commands.h"
#include "import/layout.h"
#include "session.h"

static const char usage[] =
    "usage: cerberus check\n"
    "\n"
    "Checks the configuration, the database, its schema, the privileges of the\n"
    "programs' role and the layouts of voter files.\n"
    "\n"
    "Exit status: 0 all checks passed, 1 a check failed, 2 usage.\n";

/* Print the line of one check and return ok. */
static bool
report(bool ok, const char *what, const char *detail)
{
	printf("%-8s%s%s%s\n", ok ? "ok" : "FAILED", what,
	    *detail != '\0' ? ": " : "", detail);
	return ok;
}

/* Return the most detailed text of an error. */
static const char *
text_of(const struct err *e)
{
	return e->detail[0] != '\0' ? e->detail : e->msg[0] != '\0' ? e->msg :
	    e->nfields > 0 ? e->field[0].msg : "";
}

/*
 * Check that a statement returns one row whose column ok is true; fault is what
 * it means if it is not.
 */
static bool
check_sql(struct db *db, const char *what, const char *sql, const char *fault)
{
	struct err	 e = { 0 };
	struct rows	*r;
	bool		 ok;

	if (db_select(db, sql, 0, NULL, &r, &e) != 0)
		return report(false, what, text_of(&e));
	ok = rows_count(r) == 1 && rows_bool(r, 0, "ok");
	return report(ok, what, ok ? "" : fault);
}

/* Check that the connection's role can do only what the schema grants. */
static bool
check_role(struct db *db)
{
	bool	 ok;

	ok = check_sql(db, "role", "SELECT NOT rolsuper AND NOT rolbypassrls "
	    "AND NOT rolcreaterole AS ok FROM pg_roles "
	    "WHERE rolname = current_user",
	    "row-level security does not apply to it");
	return check_sql(db, "temporary objects", "SELECT NOT "
	    "has_database_privilege(current_database(), 'TEMPORARY') AS ok",
	    "the role may create them; REVOKE TEMPORARY ON DATABASE ... FROM "
	    "PUBLIC") && ok;
}

static bool
check_schema(struct db *db)
{
	struct err	 e = { 0 };
	char		 fault[200] = "";
	struct rows	*r;
	const char	*version;
	bool		 ok;

	if (db_select(db, "SELECT cerberus.schema_version() AS version", 0,
	    NULL, &r, &e) != 0)
		return report(false, "schema", text_of(&e));
	version = rows_text(r, 0, "version");
	ok = version == NULL || strcmp(version, CERBERUS_SCHEMA) == 0;
	if (!ok)
		snprintf(fault, sizeof(fault), "it is %.60s, this build "
		    "needs %s: run script/database migrate", version,
		    CERBERUS_SCHEMA);
	return report(ok, "schema", fault);
}

static void
check_layout(struct layout *l, const struct err *e, void *ctx)
{
	bool	*ok = ctx;

	if (l == NULL)
		*ok = report(false, "layouts", text_of(e));
}

static bool
check_layouts(const struct cfg *cfg)
{
	struct arena	 a = { 0 };
	bool		 ok = true;

	if (layout_each(arena_alloc(&a, sizeof(struct layout)), &a,
	    cfg->layouts_dir, check_layout, &ok) != 0)
		ok = report(false, "layouts", cfg->layouts_dir);
	else if (ok)
		report(true, "layouts", "");
	arena_release(&a);
	return ok;
}

int
check_main(int argc, char **argv)
{
	static const struct option	 options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct cfg	 cfg;
	struct db	 db;
	struct err	 e = { 0 };
	bool		 ok;
	int		 c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		fputs(usage, c == 'h' ? stdout : stderr);
		return c == 'h' ? STATUS_DONE : STATUS_USAGE;
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	if (cfg_load(&cfg, &e) != 0) {
		report(false, "configuration", text_of(&e));
		return STATUS_PARTLY;
	}
	report(true, "configuration", cfg.path != NULL ? cfg.path :
	    "the environment alone");
	db_init(&db, cfg.database_url, cfg.statement_timeout_ms,
	    DB_KEEP_NONE);
	ok = check_sql(&db, "database", "SELECT true AS ok", "");
	if (ok) {
		ok &= check_schema(&db);
		ok &= check_role(&db);
		ok &= check_sql(&db, "permissions",
		    "SELECT count(*) = 0 AS ok FROM pg_class c "
		    "WHERE c.relnamespace = 'cerberus'::regnamespace "
		    "AND c.relkind = 'r' AND has_table_privilege(c.oid, "
		    "'SELECT') AND NOT c.relrowsecurity",
		    "row-level security is off for a table that the programs "
		    "read");
		ok &= check_sql(&db, "isolation",
		    "SELECT NOT EXISTS (SELECT FROM cerberus.voters) AS ok",
		    "voters are visible without an API key");
		db_release(&db);
		db_init(&db, cfg.stripe_database_url,
		    cfg.statement_timeout_ms, DB_KEEP_NONE);
		ok &= check_sql(&db, "donations",
		    "SELECT has_function_privilege("
		    "'cerberus.stripe_event(bigint, jsonb, "
		    "bigint)', 'EXECUTE') AS ok",
		    "set [database] stripe_url to the URL of the role "
		    "cerberus_stripe") && check_role(&db);
	}
	ok &= check_layouts(&cfg);
	db_release(&db);
	cfg_release(&cfg);
	return ok ? STATUS_DONE : STATUS_PARTLY;
}
