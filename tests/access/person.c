/* Deleting and erasing a voter: who may, and what remains. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

/* Create a voter of campaign 1, with more columns and their values. */
static int64_t
person(const char *first, const char *columns, const char *values)
{
	return sql_number("WITH v AS (INSERT INTO voters (first_name, "
	    "last_name%s) VALUES ('%s', 'Person'%s) RETURNING voter_id) "
	    "INSERT INTO campaign_voters SELECT 1, voter_id FROM v "
	    "RETURNING voter_id", columns, first, values);
}

static struct answer *
delete(int64_t id, const char *token, const char *query)
{
	return CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/voters/%lld", (long long)id), .query = query, .token = token);
}

/* The editor is in campaign 1 only; the history is in campaign 2. */
Test(person, a_history_in_another_campaign_prevents_deletion)
{
	static const char *const	 history[] = {
		"INSERT INTO interactions (voter_id, campaign_id, "
		"interaction_type) VALUES (%lld, 2, 'Call')",
		"INSERT INTO interactions (voter_id, interaction_type) "
		"VALUES (%lld, 'Call')",
		"INSERT INTO campaign_voters VALUES (2, %1$lld); "
		"INSERT INTO survey_questions (campaign_id, question_text, "
		"question_type) VALUES (2, 'Q', 'open_text'); "
		"INSERT INTO survey_responses (voter_id, question_id, "
		"response_value) VALUES (%1$lld, currval("
		"'survey_questions_question_id_seq'), 'A'); "
		"DELETE FROM campaign_voters WHERE voter_id = %1$lld "
		"AND campaign_id = 2",
		"INSERT INTO donations (voter_id, campaign_id, amount) "
		"VALUES (%lld, 2, 500)",
		"INSERT INTO consents (voter_id, campaign_id, channel, "
		"granted, source) VALUES (%lld, 2, 'email', false, 'Test')",
	};
	static const char *const	 own[] = {
		"INSERT INTO interactions (voter_id, campaign_id, "
		"interaction_type) VALUES (%lld, 1, 'Call')",
		"INSERT INTO donations (voter_id, campaign_id, amount) "
		"VALUES (%lld, 1, 500)",
		"INSERT INTO consents (voter_id, channel, granted, source) "
		"VALUES (%lld, 'email', false, 'Test')",
	};

	for (size_t i = 0; i < ARRAY_LEN(history); i++) {
		int64_t		 id = person("Kept", "", "");
		struct answer	*a;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		sql(history[i], (long long)id);
		a = delete(id, EDITOR, NULL);
		expect_problem(a, 403, "forbidden");
		cr_expect_not_null(strstr(a->body, "history"), "%s", a->body);
		/* The editor cannot merge the voter into another, either. */
		a = CALL(.path = "/voters/merge", .token = EDITOR,
		    .body = arena_printf(&memory, "{\"keep\":%lld,\"merge\":"
		    "[%lld]}", (long long)person("Other", "", ""),
		    (long long)id));
		expect_problem(a, 403, "forbidden");
		expect_status(delete(id, ADMIN, NULL), 200);
		id = person("Own", "", "");
		if (i < ARRAY_LEN(own)) {
			sql(own[i], (long long)id);
#pragma GCC diagnostic pop
			expect_status(delete(id, EDITOR, NULL), 200);
		}
	}
}

static int64_t
merge(int64_t keep, int64_t gone)
{
	struct answer	*a = CALL(.path = "/voters/merge", .token = ADMIN,
			    .body = arena_printf(&memory,
			    "{\"keep\":%lld,\"merge\":[%lld]}",
			    (long long)keep, (long long)gone));

	assert_status(a, 200);
	return number_at(a, "merges.0");
}

static void
expect_undo_refused(int64_t id, const char *words)
{
	struct answer	*a = CALL(.method = "POST", .path = arena_printf(
			    &memory, "/voters/merges/%lld/undo",
			    (long long)id), .token = ADMIN);

	expect_problem(a, 409, "conflict");
	cr_expect_not_null(strstr(a->body, words), "%s", a->body);
}

/* Count the rows that contain the name, in all tables but voters. */
static int64_t
traces(const char *name)
{
	return sql_number("SELECT (SELECT count(*) FROM audit_log a "
	    "WHERE a::text ~ '%s') + (SELECT count(*) FROM merges m "
	    "WHERE m::text ~ '%s') + (SELECT count(*) FROM import_rejects r "
	    "WHERE r::text ~ '%s')", name, name, name);
}

/* a is merged into b, and b into c: all three are that person. */
Test(person, erasing_covers_all_merged_voters)
{
	int64_t	 b = person("Zyxb", "", ""), c = person("Zyxc", "", "");
	int64_t	 a = number_at(CALL(.path = "/voters", .token = ADMIN,
		    .body = "{\"first_name\":\"Zyxa\",\"last_name\":"
		    "\"Person\",\"campaign_id\":1}"), "voter_id");

	merge(b, a);
	merge(c, b);
	cr_expect_gt(traces("Zyx"), 0);
	expect_status(delete(c, ADMIN, "erase=1"), 200);
	cr_expect_eq(traces("Zyx"), 0);
}

/* What cerberus audit erase calls, for a voter who was merged. */
Test(person, erase_traces_removes_merge_snapshots)
{
	int64_t	 keep = person("Wvuk", "", ""), id = person("Wvug", "", "");
	int64_t	 m = merge(keep, id);

	cr_expect_gt(traces("Wvug"), 0);
	cr_expect_gt(sql_number("SELECT cerberus.erase_traces(%lld)",
	    (long long)id), 0);
	cr_expect_eq(traces("Wvug"), 0);
	expect_undo_refused(m, "erased");
}

Test(person, erasing_covers_rejected_rows)
{
	int64_t	 id = person("Tsrq", ", email_address, phone_number, "
		    "voter_registration_id, registration_state",
		    ", 'tsrq@example.org', '+19195550188', 'TS.881', 'NC'");
	int64_t	 import = sql_number("INSERT INTO imports (campaign_id) "
		    "VALUES (1) RETURNING import_id");

	sql("INSERT INTO import_rejects (import_id, line, message, raw) "
	    "SELECT %lld, i, 'Bad.', raw FROM unnest(ARRAY["
	    "'Tsrq,TSRQ@Example.org', 'Tsrq,(919) 555-0188', "
	    "'Tsrq,\"TS.881\",', 'Other,TSX881', 'Other,xTS.881', "
	    "'Other,9195550189']) WITH ORDINALITY r (raw, i)",
	    (long long)import);
	expect_status(delete(id, ADMIN, "erase=1"), 200);
	cr_expect_eq(traces("Tsrq"), 0);
	cr_expect_eq(sql_number("SELECT count(raw) FROM import_rejects "
	    "WHERE import_id = %lld", (long long)import), 3);
	cr_expect_eq(sql_number("SELECT count(*) FROM import_rejects "
	    "WHERE import_id = %lld", (long long)import), 6);
}

Test(person, rejected_rows_are_deleted_after_90_days)
{
	int64_t	 old = sql_number("INSERT INTO imports (campaign_id, "
		    "started_at, state) VALUES (1, now() - interval "
		    "'91 days', 'done') RETURNING import_id");
	int64_t	 new = sql_number("INSERT INTO imports (campaign_id, "
		    "started_at, state) VALUES (1, now() - interval "
		    "'89 days', 'done') RETURNING import_id");

	sql("INSERT INTO import_rejects (import_id, line, message, raw) "
	    "SELECT unnest(ARRAY[%lld, %lld]), 1, 'Bad.', 'x'",
	    (long long)old, (long long)new);
	assert_status(CALL(.path = "/voters/upload", .type = "text/csv",
	    .query = "campaign_id=1", .token = EDITOR,
	    .body = "first_name,last_name\nNine,Ty\n"), 200);
	cr_expect_eq(sql_number("SELECT count(*) FROM import_rejects "
	    "WHERE import_id = %lld", (long long)old), 0);
	cr_expect_eq(sql_number("SELECT count(*) FROM import_rejects "
	    "WHERE import_id = %lld", (long long)new), 1);
}
