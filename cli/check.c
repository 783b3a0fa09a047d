/* cerberus check: is everything there that the programs need? */
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
    "Looks at the configuration, the database, its schema, the rights of the\n"
    "programs' role and the layouts of voter files.\n"
    "\n"
    "Exit status: 0 all is well, 1 something is not, 2 usage.\n";

static bool
say(bool ok, const char *what, const char *more)
{
	printf("%-8s%s%s%s\n", ok ? "ok" : "FAILED", what,
	    *more != '\0' ? ": " : "", more);
	return ok;
}

static const char *
words(const struct err *e)
{
	return e->detail[0] != '\0' ? e->detail : e->msg[0] != '\0' ? e->msg :
	    e->nfields > 0 ? e->field[0].msg : "";
}

/* One question whose answer has to be true. */
static bool
ask(struct db *db, const char *what, const char *sql, const char *wrong)
{
	struct err	 e = { 0 };
	PGresult	*res;
	bool		 ok;

	if (db_one(db, sql, 0, NULL, &res, &e) != 0)
		return say(false, what, words(&e));
	ok = PQntuples(res) == 1 && *PQgetvalue(res, 0, 0) == 't';
	PQclear(res);
	return say(ok, what, ok ? "" : wrong);
}

/* Is the connection's role one that can only do what the schema grants? */
static bool
check_role(struct db *db)
{
	bool	 ok;

	ok = ask(db, "role", "SELECT NOT rolsuper AND NOT rolbypassrls AND NOT "
	    "rolcreaterole FROM pg_roles WHERE rolname = current_user",
	    "row-level security does not bind it");
	return ask(db, "temporary objects", "SELECT NOT "
	    "has_database_privilege(current_database(), 'TEMPORARY')",
	    "the role may make them; REVOKE TEMPORARY ON DATABASE ... FROM "
	    "PUBLIC") && ok;
}

static bool
check_schema(struct db *db)
{
	struct err	 e = { 0 };
	char		 wrong[200] = "";
	PGresult	*res;
	bool		 ok;

	if (db_one(db, "SELECT cerberus.schema_version()", 0, NULL, &res,
	    &e) != 0)
		return say(false, "schema", words(&e));
	ok = PQgetisnull(res, 0, 0) ||
	    strcmp(PQgetvalue(res, 0, 0), CERBERUS_SCHEMA) == 0;
	if (!ok)
		snprintf(wrong, sizeof(wrong), "it is %.60s, this build "
		    "needs %s: run script/database migrate",
		    PQgetvalue(res, 0, 0), CERBERUS_SCHEMA);
	PQclear(res);
	return say(ok, "schema", wrong);
}

static void
check_layout(struct layout *l, const struct err *e, void *ctx)
{
	bool	*ok = ctx;

	if (l == NULL)
		*ok = say(false, "layouts", words(e));
}

static bool
check_layouts(const struct cfg *cfg)
{
	struct arena	 a = { 0 };
	bool		 ok = true;

	if (layout_each(arena_alloc(&a, sizeof(struct layout)), &a,
	    cfg->layouts_dir, check_layout, &ok) != 0)
		ok = say(false, "layouts", cfg->layouts_dir);
	else if (ok)
		say(true, "layouts", "");
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
	if (cfg_load(&cfg, &e) != 0)
		return say(false, "configuration", words(&e)) ? STATUS_DONE :
		    STATUS_PARTLY;
	say(true, "configuration", cfg.path != NULL ? cfg.path :
	    "the environment alone");
	db_init(&db, cfg.database_url, cfg.statement_timeout_ms,
	    DB_KEEP_NONE);
	ok = ask(&db, "database", "SELECT true", "");
	if (ok) {
		ok &= check_schema(&db);
		ok &= check_role(&db);
		ok &= ask(&db, "permissions", "SELECT count(*) = 0 FROM "
		    "pg_class c WHERE c.relnamespace = 'cerberus'::regnamespace "
		    "AND c.relkind = 'r' AND has_table_privilege(c.oid, "
		    "'SELECT') AND NOT c.relrowsecurity",
		    "a table that the programs read has no policies");
		ok &= ask(&db, "isolation", "SELECT NOT EXISTS (SELECT FROM "
		    "cerberus.voters)", "voters are visible without a key");
		db_release(&db);
		db_init(&db, cfg.stripe_database_url,
		    cfg.statement_timeout_ms, DB_KEEP_NONE);
		ok &= ask(&db, "donations", "SELECT has_function_privilege("
		    "'cerberus.stripe_event(bigint, jsonb, bigint)', 'EXECUTE')",
		    "set [database] stripe_url to the URL of the role "
		    "cerberus_stripe") && check_role(&db);
	}
	ok &= check_layouts(&cfg);
	db_release(&db);
	cfg_release(&cfg);
	return ok ? STATUS_DONE : STATUS_PARTLY;
}
