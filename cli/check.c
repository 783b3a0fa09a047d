/* cerberus check: check that everything the programs need is there. */
#include "config.h"
#include "schema_version.h"

#include <stdarg.h>

#include "check.h"
#include "commands.h"
#include "import/layout_file.h"
#include "options.h"

static const char usage[] =
    "usage: cerberus check [--offline]\n"
    "\n"
    "Checks the settings, the modes of files, the database, its schema, the\n"
    "rights of the programs' roles, sequences, regular commands, the backup,\n"
    "the layouts of voter files, the clock, and what the web server does with\n"
    "requests.  Says what is wrong, and what to do next.\n"
    "\n"
    "  -O, --offline  ask neither the site nor Stripe\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 all checks passed, 1 a check failed, 2 usage.\n";

bool
check_report(bool ok, const char *what, const char *fmt, ...)
{
	char	 text[800];
	va_list	 ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Each finding is one line. */
	for (char *p = text; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	printf("%-8s%s%s%s\n", ok ? "ok" : "FAILED", what,
	    *text != '\0' ? ": " : "", text);
	return ok;
}

void
check_note(const char *what, const char *why)
{
	printf("%-8s%s: %s\n", "-", what, why);
}

/* Print the line of one check and return ok. */
static bool
report(bool ok, const char *what, const char *detail)
{
	return check_report(ok, what, "%s", detail);
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

/* The clock of the database, which decides when tokens expire. */
static bool
check_database_clock(struct db *db)
{
	struct err	 e = { 0 };
	struct rows	*r;

	if (db_select(db, "SELECT extract(epoch FROM clock_timestamp())"
	    "::bigint AS now", 0, NULL, &r, &e) != 0)
		return report(false, "clock", text_of(&e));
	return check_clock("the database", rows_int64(r, 0, "now")) &&
	    report(true, "clock", "");
}

/* What the programs' roles have to find in the database. */
static bool
check_database(const struct cfg *cfg)
{
	struct db	 db;
	bool		 ok;

	db_init(&db, cfg->database_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	ok = check_sql(&db, "database", "SELECT true AS ok", "");
	if (!ok) {
		db_release(&db);
		return false;
	}
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
	ok &= check_database_clock(&db);
	db_release(&db);
	db_init(&db, cfg->stripe_database_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	ok &= check_sql(&db, "donations",
	    "SELECT has_function_privilege('cerberus.stripe_event(bigint, "
	    "jsonb, bigint)', 'EXECUTE') AS ok",
	    "set [database] stripe_url to the URL of the role "
	    "cerberus_stripe") && check_role(&db) && check_upkeep(cfg, &db);
	db_release(&db);
	return check_hosts(cfg) && ok;
}

int
check_main(int argc, char **argv)
{
	bool			 ok, offline = false;
	const struct cli_option	 options[] = {
		{ "offline", 'O', .flag = &offline },
	};
	struct cfg		 cfg;
	struct err		 e = { 0 };
	int			 at, status;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &status);
	if (at == -1)
		return status;
	if (at < argc)
		return options_misused(usage);
	if (cfg_load(&cfg, &e) != 0) {
		report(false, "configuration", text_of(&e));
		return STATUS_PARTLY;
	}
	report(true, "configuration", cfg.path != NULL ? cfg.path :
	    "the environment alone");
	ok = check_settings(&cfg);
	ok &= check_modes(&cfg);
	ok &= check_database(&cfg);
	ok &= check_layouts(&cfg);
	ok &= check_backup(&cfg);
	if (!offline) {
		ok &= check_stripe_clock(&cfg);
		ok &= check_site(&cfg);
	}
	cfg_release(&cfg);
	return ok ? STATUS_DONE : STATUS_PARTLY;
}
