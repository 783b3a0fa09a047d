/* The audit log: what it records, and that nobody can change it. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

static struct answer *
entries(const char *table, int64_t row)
{
	return CALL(.path = "/audit", .token = ADMIN,
	    .query = arena_printf(&memory, "table_name=%s&row_id=%lld", table,
	    (long long)row));
}

Test(audit, every_change_of_a_voter_is_recorded)
{
	struct answer	*made = CALL(.path = "/voters", .token = EDITOR,
			    .body = "{\"first_name\":\"On\",\"last_name\":"
			    "\"Record\",\"campaign_id\":1}"), *a;
	int64_t		 id = number_at(made, "voter_id");
	const char	*path = arena_printf(&memory, "/voters/%lld",
			    (long long)id);

	CALL(.method = "PUT", .path = path, .token = MANAGER,
	    .body = "{\"city\":\"Raleigh\"}");
	CALL(.method = "PUT", .path = path, .token = MANAGER,
	    .body = "{\"city\":\"Raleigh\"}");
	CALL(.method = "DELETE", .path = path, .token = ADMIN);
	a = entries("voters", id);
	expect_number(a, "total_entries", 3);
	expect_text(a, "entries.0.action", "insert");
	expect_number(a, "entries.0.user_id", 3);
	expect_text(a, "entries.0.request_id", header(made, "X-Request-Id"));
	expect_text(a, "entries.0.after.last_name", "Record");
	cr_expect(is_null_at(a, "entries.0.before"));
	expect_text(a, "entries.1.action", "update");
	expect_number(a, "entries.1.user_id", 2);
	expect_text(a, "entries.1.after.city", "Raleigh");
	cr_expect(is_null_at(a, "entries.1.before.city"));
	cr_expect_null(at(a, "entries.1.after.last_name"));
	expect_text(a, "entries.2.action", "delete");
	expect_text(a, "entries.2.before.last_name", "Record");
	/* Personal data is erased on demand, which is recorded, too. */
	cr_expect_eq(sql_number("SELECT cerberus.audit_erase(%lld)",
	    (long long)id), 3);
	a = entries("voters", id);
	expect_number(a, "total_entries", 4);
	cr_expect_null(strstr(a->body, "Record"));
	expect_text(a, "entries.3.action", "erase");
}

Test(audit, an_import_is_one_entry)
{
	struct answer	*a = CALL(.path = "/voters/upload",
			    .query = "campaign_id=1", .type = "text/csv",
			    .body = "first_name,last_name\nIm,Port\nIm,Ported"
			    "\n", .token = EDITOR);
	int64_t		 id = number_at(a, "import_id");

	assert_status(a, 200);
	a = entries("imports", id);
	expect_number(a, "total_entries", 1);
	expect_text(a, "entries.0.action", "import");
	expect_number(a, "entries.0.after.created", 2);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.audit_log"
	    " WHERE after ->> 'last_name' LIKE 'Port%%'"), 0);
}

Test(audit, passwords_and_tokens_are_not_recorded)
{
	struct answer	*a = CALL(.path = "/users", .token = ADMIN,
			    .body = "{\"username\":\"audited\",\"password\":"
			    "\"a very secret thing\"}");

	expect_status(a, 201);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.audit_log"
	    " WHERE before::text ~ 'argon2' OR after::text ~ 'argon2|"
	    "token_hash'"), 0);
	a = entries("users", number_at(a, "user_id"));
	expect_text(a, "entries.1.after.password_hash", "changed");
}

Test(audit, nobody_can_change_the_log)
{
	static const char *const	 tries[] = {
		"SET LOCAL ROLE cerberus_app; INSERT INTO cerberus.audit_log"
		" (action, table_name) VALUES ('insert', 'x')",
		"SET LOCAL ROLE cerberus_app; DELETE FROM cerberus.audit_log",
		"SET LOCAL ROLE cerberus_app; UPDATE cerberus.audit_log"
		" SET user_id = 1",
		"SET LOCAL ROLE cerberus_owner; DELETE FROM"
		" cerberus.audit_log",
		"SET LOCAL ROLE cerberus_owner; TRUNCATE cerberus.audit_log",
		"DELETE FROM cerberus.audit_log",
	};

	for (size_t i = 0; i < ARRAY_LEN(tries); i++)
		cr_expect_str_eq(sql("SELECT coalesce((SELECT state FROM"
		    " pg_temp.attempt($attempt$%s$attempt$) state), '')",
		    tries[i]), "42501", "%s", tries[i]);
}

static void
define_attempt(void)
{
	sql("CREATE FUNCTION pg_temp.attempt(statement text) RETURNS text"
	    " LANGUAGE plpgsql AS $$ BEGIN EXECUTE statement; RETURN ''; "
	    "EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END $$");
}

TestSuite(audit, .init = define_attempt);
