/*
 * Voters who are no longer in the newest file of a layout, and the CSVs of what
 * an import noted about rows.
 */
#include <criterion/criterion.h>

#include "form.h"
#include "sql.h"

#define HEADER	"ncid\tvoter_reg_num\tcounty_desc\tstatus_cd\tfirst_name\t" \
		"last_name\n"
#define ROW(id, name)	id "\t1\tWAKE\tA\t" name "\tMissing\n"

static int64_t
import(int64_t into, const char *text, const char *more)
{
	struct answer	*a = upload_text(EDITOR, text, LIST(arena_printf(
			    &memory, "campaign_id=%lld", (long long)into),
			    more));

	assert_status(a, 200);
	return number_at(a, "import_id");
}

static struct answer *
missing(int64_t id, const char *token, const char *query)
{
	return CALL(.token = token, .query = query, .path = arena_printf(
	    &memory, "/voters/imports/%lld/missing", (long long)id));
}

static struct answer *
mark(int64_t id, const char *token, const char *body)
{
	return CALL(.token = token, .body = body, .path = arena_printf(
	    &memory, "/voters/imports/%lld/missing", (long long)id));
}

Test(missing, lists_and_marks_who_is_not_in_the_newest_file)
{
	int64_t		 own = campaign("Missing"), first, second;
	struct answer	*a;

	first = import(own, HEADER ROW("MI1", "Ada") ROW("MI2", "Bea")
	    ROW("MI3", "Cal") ROW("MI4", "Dan"), NULL);
	expect_number(missing(first, VIEWER, NULL), "total_voters", 0);
	/* A voter without a registration in the state is not listed. */
	import(own, "first_name,last_name,email\nEve,Missing,"
	    "e@missing.example.org\n", NULL);
	second = import(own, HEADER ROW("MI1", "Ada") ROW("MI4", "Dan"), NULL);

	a = missing(second, VIEWER, "sort=first_name&per_page=1");
	assert_status(a, 200);
	expect_number(a, "total_voters", 2);
	expect_text(a, "voters.0.first_name", "Bea");
	a = missing(second, VIEWER, arena_printf(&memory,
	    "per_page=1&cursor=%s", text_at(a, "next_cursor")));
	expect_text(a, "voters.0.first_name", "Cal");
	cr_expect(is_null_at(a, "next_cursor"));
	expect_status(missing(second, VIEWER, "last_name=Missing"), 400);

	a = mark(second, EDITOR, "{\"tag\":\"not in file\"}");
	assert_status(a, 200);
	expect_number(a, "missing", 2);
	expect_number(a, "marked", 2);
	expect_number(mark(second, EDITOR, "{\"tag\":\"not in file\"}"),
	    "marked", 0);
	a = mark(second, EDITOR, "{\"registration_status\":\"Cancelled\"}");
	expect_number(a, "marked", 2);
	cr_expect_str_eq(sql("SELECT string_agg(first_name || tags::text || "
	    "registration_status, ' ' ORDER BY first_name) FROM "
	    "cerberus.voters JOIN cerberus.campaign_voters USING (voter_id) "
	    "WHERE campaign_id = %lld AND registration_state = 'NC'",
	    (long long)own), "Ada{}Active Bea{\"not in file\"}Cancelled "
	    "Cal{\"not in file\"}Cancelled Dan{}Active");
	a = CALL(.path = "/audit", .token = ADMIN, .query = arena_printf(
	    &memory, "table_name=voters&action=update&row_id=%s",
	    sql("SELECT voter_id FROM cerberus.voters WHERE "
	    "voter_registration_id = 'MI2'")));
	expect_number(a, "total_entries", 2);
	expect_number(a, "entries.0.user_id", 3);
	expect_text(a, "entries.0.after.tags.0", "not in file");
	expect_text(a, "entries.1.before.registration_status", "Active");
	expect_text(a, "entries.1.after.registration_status", "Cancelled");
}

Test(missing, is_refused_unless_the_file_is_the_newest_of_its_layout)
{
	int64_t		 own = campaign("Not newest"), first, second, other;
	struct answer	*a;

	first = import(own, HEADER ROW("NN1", "Ada"), NULL);
	second = import(own, HEADER ROW("NN2", "Bea"), NULL);
	expect_problem(missing(first, VIEWER, NULL), 409, "conflict");
	expect_problem(mark(first, EDITOR, "{\"tag\":\"x\"}"), 409,
	    "conflict");
	expect_status(missing(second, STRANGER, NULL), 404);
	expect_status(mark(second, STRANGER, "{\"tag\":\"x\"}"), 404);
	expect_status(mark(second, VIEWER, "{\"tag\":\"x\"}"), 403);
	expect_names(mark(second, EDITOR, "{}"), "tag", "required");
	expect_status(mark(second, EDITOR, "{\"tag\":\"x\","
	    "\"registration_status\":\"Other\"}"), 400);
	expect_status(mark(second, EDITOR, "{\"registration_status\":"
	    "\"Moved\"}"), 400);
	/* Another campaign's file of the layout does not matter. */
	import(campaign("Not newest, other"), HEADER ROW("NN3", "Cal"), NULL);
	expect_number(missing(second, VIEWER, NULL), "total_voters", 1);
	other = import(own, HEADER ROW("NN2", "Bea"), "dry_run=1");
	expect_problem(missing(other, VIEWER, NULL), 409, "conflict");
	expect_status(missing(second, VIEWER, NULL), 200);
	other = import(own, "first_name,last_name\nNo,Layout\n", NULL);
	expect_status(missing(other, VIEWER, NULL), 422);
	/* After it is undone, the file before it is the newest again. */
	a = CALL(.method = "POST", .token = EDITOR, .path = arena_printf(
	    &memory, "/voters/imports/%lld/undo", (long long)second));
	assert_status(a, 200);
	expect_problem(missing(second, VIEWER, NULL), 409, "conflict");
	expect_number(missing(first, VIEWER, NULL), "total_voters", 0);
}

static struct answer *
csv(int64_t id, const char *what, const char *token)
{
	return CALL(.token = token, .path = arena_printf(&memory,
	    "/voters/imports/%lld/%s", (long long)id, what));
}

Test(csv, has_the_collapsed_lines_and_the_warnings)
{
	int64_t		 own = campaign("CSV"), id;
	struct answer	*a;

	id = import(own, "first_name,last_name,email_address,city\n"
	    "Co,Llapse,c@collapse.example.org,A\n"
	    "Di,Llapse,d@collapse.example.org,A\n"
	    "Co,Llapse,c@collapse.example.org,B\n"
	    "Co,Llapse,c@collapse.example.org,C\n", NULL);
	a = csv(id, "collapsed", VIEWER);
	assert_status(a, 200);
	cr_expect_str_eq(a->body, "line,kept_line\r\n2,5\r\n4,5\r\n", "%s",
	    a->body);
	expect_header(a, "Content-Disposition", arena_printf(&memory,
	    "attachment; filename=\"import-%lld-collapsed.csv\"",
	    (long long)id));
	sql("INSERT INTO cerberus.import_warnings (import_id, line, "
	    "column_name, value, message) VALUES (%lld, 4, 'date_of_birth', "
	    "'02/30/1980', 'This is not a date.'), (%lld, 2, NULL, NULL, "
	    "'=Odd')", (long long)id, (long long)id);
	a = csv(id, "warnings", VIEWER);
	assert_status(a, 200);
	cr_expect_str_eq(a->body, "line,column_name,value,message\r\n"
	    "2,,,'=Odd\r\n"
	    "4,date_of_birth,02/30/1980,This is not a date.\r\n", "%s",
	    a->body);
	expect_status(csv(id, "warnings", STRANGER), 404);
	expect_status(csv(id, "collapsed", STRANGER), 404);
}
