/* Undoing imports: what is restored, what is kept, and who may do it. */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "form.h"
#include "sql.h"

#define NAMES	"first_name,last_name,email_address,"

static const char *
option(int64_t id)
{
	return arena_printf(&memory, "campaign_id=%lld", (long long)id);
}

/* Import a text into a campaign and return the number of the import. */
static int64_t
import(int64_t into, const char *text)
{
	struct answer	*a = upload_text(ADMIN, text, LIST(option(into)));

	assert_status(a, 200);
	return number_at(a, "import_id");
}

static struct answer *
undo(int64_t id, const char *query, const char *token)
{
	return CALL(.method = "POST", .token = token, .query = query,
	    .path = arena_printf(&memory, "/voters/imports/%lld/undo",
	    (long long)id));
}

static int64_t
id_of(const char *email)
{
	return sql_number("SELECT voter_id FROM cerberus.voters WHERE "
	    "email_address = '%s'", email);
}

static void
expect_counts(const struct answer *a, int64_t reverted, int64_t deleted,
    int64_t kept, int64_t gone)
{
	assert_status(a, 200);
	expect_number(a, "reverted", reverted);
	expect_number(a, "deleted", deleted);
	expect_number(a, "kept", kept);
	expect_number(a, "gone", gone);
}

/* Return n rows, numbered from a number on; each number is a voter. */
static const char *
people(size_t from, size_t n, const char *city, const char *tag)
{
	struct buf	 b;

	buf_init_in(&b, &memory, 4 * 1024 * 1024);
	buf_adds(&b, NAMES "city,tags,shoe\n");
	for (size_t i = from; i < from + n; i++)
		buf_addf(&b, "Row%zu,Forrow,r%zu@forrow.example.org,%s %zu,"
		    "%s,%zu\n", i % 97, i, city, i, tag, i % 50);
	cr_assert(!b.failed);
	return buf_str(&b);
}

/* A checksum of everything about the voters with this last name. */
static const char *
checksum(const char *last)
{
	return sql("SELECT md5(string_agg(v::text, E'\\n' ORDER BY voter_id)) "
	    "|| ' ' || (SELECT md5(coalesce(string_agg(cv::text, E'\\n' "
	    "ORDER BY campaign_id, cv.voter_id), '')) FROM "
	    "cerberus.campaign_voters cv JOIN cerberus.voters USING (voter_id) "
	    "WHERE last_name = '%s') || ' ' || (SELECT coalesce(sum(n), 0) "
	    "FROM cerberus.tallies WHERE scope = -1 AND block = "
	    "hashtextextended('%s', 0)) FROM cerberus.voters v WHERE "
	    "last_name = '%s'", last,
	    sql("SELECT lower('%s')", last), last);
}

Test(undo, restores_twenty_thousand_rows_over_existing_data)
{
	int64_t		 own = campaign("Undo, own");
	int64_t		 other = campaign("Undo, other"), id;
	const char	*before;
	struct answer	*a;

	assert_status(upload_text(ADMIN, people(0, 10000, "Old", "old"),
	    LIST(option(own), "keep_unmapped=1")), 200);
	before = checksum("Forrow");
	a = upload_text(ADMIN, people(5000, 20000, "New", "old;new"),
	    LIST(option(other), "keep_unmapped=1"));
	assert_status(a, 200);
	expect_number(a, "created", 15000);
	expect_number(a, "updated", 5000);
	id = number_at(a, "import_id");
	cr_expect_str_neq(checksum("Forrow"), before);
	expect_counts(undo(id, "dry_run=1", ADMIN), 5000, 15000, 0, 0);
	cr_expect_str_neq(checksum("Forrow"), before);
	expect_counts(undo(id, NULL, ADMIN), 5000, 15000, 0, 0);
	cr_expect_str_eq(checksum("Forrow"), before);
	cr_expect_eq(sql_number("SELECT coalesce(sum(n), 0) FROM "
	    "cerberus.tallies WHERE scope = %lld", (long long)other), 0);
	/* The same file again makes the same voters. */
	a = upload_text(ADMIN, people(5000, 20000, "New", "old;new"),
	    LIST(option(other), "keep_unmapped=1"));
	expect_number(a, "created", 15000);
	expect_number(a, "updated", 5000);
}

/* What is done to a created voter, in SQL with %s for its id. */
static const struct { const char *name, *done; } touched[] = {
	{ "call", "INSERT INTO cerberus.interactions (voter_id, campaign_id, "
	    "interaction_type) VALUES (%s, 1, 'Call')" },
	{ "answer", "INSERT INTO cerberus.survey_responses (voter_id, "
	    "question_id, response_value) SELECT %s, question_id, 'yes' FROM "
	    "cerberus.survey_questions WHERE question_text = 'Undo?'" },
	{ "gift", "INSERT INTO cerberus.donations (voter_id, campaign_id, "
	    "amount) VALUES (%s, 1, 500)" },
	{ "consent", "INSERT INTO cerberus.consents (voter_id, campaign_id, "
	    "channel, granted, source) VALUES (%s, 1, 'email', true, 'x')" },
	{ "member", "INSERT INTO cerberus.campaign_voters (voter_id, "
	    "campaign_id) VALUES (%s, 1)" },
	{ "edit", "UPDATE cerberus.voters SET city = 'Cary' "
	    "WHERE voter_id = %s" },
	{ "tag", "UPDATE cerberus.voters SET tags = '{x}' "
	    "WHERE voter_id = %s" },
};

Test(undo, keeps_created_voters_who_were_touched_since)
{
	int64_t		 own = campaign("Undo, touched"), id;
	struct buf	 b;

	sql("INSERT INTO cerberus.survey_questions (campaign_id, "
	    "question_text, question_type) VALUES (%lld, 'Undo?', 'yes_no')",
	    (long long)own);
	buf_init_in(&b, &memory, 65536);
	buf_adds(&b, NAMES "\nNo,Touch,none@touched.example.org,\n"
	    "Go,Touch,gone@touched.example.org,\n");
	for (size_t i = 0; i < ARRAY_LEN(touched); i++)
		buf_addf(&b, "At,Touch,%s@touched.example.org,\n",
		    touched[i].name);
	id = import(own, buf_str(&b));
	for (size_t i = 0; i < ARRAY_LEN(touched); i++) {
		const char	*at = strstr(touched[i].done, "%s");

		sql("%.*s%lld%s", (int)(at - touched[i].done),
		    touched[i].done, (long long)id_of(arena_printf(&memory,
		    "%s@touched.example.org", touched[i].name)), at + 2);
	}
	sql("DELETE FROM cerberus.voters WHERE email_address = "
	    "'gone@touched.example.org'");
	expect_counts(undo(id, "dry_run=true", ADMIN), 0, 1,
	    ARRAY_LEN(touched), 1);
	expect_counts(undo(id, NULL, ADMIN), 0, 1, ARRAY_LEN(touched), 1);
	for (size_t i = 0; i < ARRAY_LEN(touched); i++)
		cr_expect_gt(id_of(arena_printf(&memory,
		    "%s@touched.example.org", touched[i].name)), 0, "%s",
		    touched[i].name);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.voters WHERE "
	    "email_address = 'none@touched.example.org'"), 0);
}

/* Merge one voter into another and return the number of the merge. */
static const char *
merge(int64_t keep, int64_t other)
{
	return sql("SELECT m FROM cerberus.identify(sha256('" ADMIN "')), "
	    "cerberus.merge_voters(%lld, ARRAY[%lld::bigint]) m",
	    (long long)keep, (long long)other);
}

/* A merge counts as touching only until it is undone. */
Test(undo, keeps_the_voter_who_stands_for_a_merged_one)
{
	int64_t		 own = campaign("Undo, merged"), id, a, b, c, d;

	id = import(own, NAMES "\nA,Merge,a@merge.example.org,\n"
	    "B,Merge,b@merge.example.org,\nC,Merge,c@merge.example.org,\n"
	    "D,Merge,d@merge.example.org,\n");
	a = id_of("a@merge.example.org");
	b = id_of("b@merge.example.org");
	c = id_of("c@merge.example.org");
	d = id_of("d@merge.example.org");
	merge(a, b);
	sql("SELECT cerberus.unmerge_voters(%s) FROM "
	    "cerberus.identify(sha256('" ADMIN "'))",
	    merge(c, d));
	expect_counts(undo(id, NULL, ADMIN), 0, 2, 1, 1);
	cr_expect_eq(id_of("a@merge.example.org"), a);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.voters WHERE "
	    "last_name = 'Merge' AND email_address LIKE '%%@merge.example.org'"),
	    1);
}

static const char *
columns_of(int64_t id)
{
	return sql("SELECT concat_ws('|', city, county, tags, custom_fields) "
	    "FROM cerberus.voters WHERE voter_id = %lld", (long long)id);
}

Test(undo, columns_that_were_changed_since_stay)
{
	int64_t		 own = campaign("Undo, columns"), id, v;
	const char	*at;

	import(own, NAMES "city,tags\nCol,Umn,c@columns.example.org,Old,a\n");
	v = id_of("c@columns.example.org");
	sql("UPDATE cerberus.voters SET custom_fields = '{\"k\": 1, "
	    "\"same\": true}' WHERE voter_id = %lld", (long long)v);
	at = sql("SELECT updated_at FROM cerberus.voters WHERE voter_id = %lld",
	    (long long)v);
	id = import(own, NAMES "city,county,tags,custom_fields\nCol,Umn,"
	    "c@columns.example.org,New,Wake,b;c,"
	    "\"{\"\"k\"\":2,\"\"l\"\":3,\"\"m\"\":4}\"\n");
	cr_expect_str_eq(columns_of(v), "New|Wake|{a,b,c}|"
	    "{\"k\": 2, \"l\": 3, \"m\": 4, \"same\": true}");
	sql("UPDATE cerberus.voters SET county = 'Durham', tags = '{a,z,b,c}',"
	    " custom_fields = custom_fields || '{\"l\": 9, \"n\": 5}' "
	    "WHERE voter_id = %lld", (long long)v);
	expect_counts(undo(id, NULL, ADMIN), 0, 0, 1, 0);
	cr_expect_str_eq(columns_of(v), "Old|Durham|{a,z}|"
	    "{\"k\": 1, \"l\": 9, \"n\": 5, \"same\": true}");
	/* The voter is not as before, so the time of the change is new. */
	cr_expect_eq(sql_number("SELECT (updated_at > '%s')::int FROM "
	    "cerberus.voters WHERE voter_id = %lld", at, (long long)v), 1);
}

Test(undo, a_later_import_keeps_what_it_set_or_names)
{
	int64_t		 own = campaign("Undo, later"), first, second, v;
	const char	*before;

	import(own, NAMES "city\nLa,Ter,l@later.example.org,Zero\n");
	v = id_of("l@later.example.org");
	before = checksum("Ter");
	first = import(own, NAMES "city\nLa,Ter,l@later.example.org,One\n"
	    "Ne,Ter,n@later.example.org,Here\n");
	second = import(own, NAMES "city\nLa,Ter,l@later.example.org,Two\n"
	    "Ne,Ter,n@later.example.org,Here\n");
	/* The second file has both, and has set the city of one. */
	expect_counts(undo(first, "dry_run=1", ADMIN), 0, 0, 2, 0);
	expect_counts(undo(second, NULL, ADMIN), 1, 0, 0, 0);
	cr_expect_str_eq(columns_of(v), "One|{}|{}");
	expect_counts(undo(first, NULL, ADMIN), 1, 1, 0, 0);
	cr_expect_str_eq(checksum("Ter"), before);
}

Test(undo, memberships_go_unless_the_campaign_has_used_them)
{
	int64_t		 own = campaign("Undo, members");
	int64_t		 other = campaign("Undo, joined"), id;
	static const char file[] = NAMES "\nIn,Member,i@member.example.org,\n"
			    "Out,Member,o@member.example.org,\n";

	import(own, file);
	id = import(other, file);
	sql("INSERT INTO cerberus.interactions (voter_id, campaign_id, "
	    "interaction_type) VALUES (%lld, %lld, 'Call')",
	    (long long)id_of("i@member.example.org"), (long long)other);
	expect_counts(undo(id, NULL, ADMIN), 1, 0, 1, 0);
	cr_expect_eq(sql_number("SELECT voter_id FROM "
	    "cerberus.campaign_voters WHERE campaign_id = %lld",
	    (long long)other), id_of("i@member.example.org"));
	cr_expect_eq(sql_number("SELECT count(*) FROM "
	    "cerberus.campaign_voters WHERE campaign_id = %lld",
	    (long long)own), 2);
}

Test(undo, is_for_editors_and_once_and_for_thirty_days)
{
	int64_t		 own = campaign("Undo, rights"), id, dry;
	struct answer	*a = upload_text(EDITOR, NAMES "\n"
			    "Ed,Right,e@right.example.org,\n",
			    LIST(option(own)));

	assert_status(a, 200);
	id = number_at(a, "import_id");
	expect_status(undo(id, NULL, STRANGER), 404);
	expect_status(undo(id, NULL, VIEWER), 403);
	expect_names(undo(id, "dry_run=2", EDITOR), "dry_run",
	    "invalid_boolean");
	expect_status(undo(id, "dry=1", EDITOR), 400);
	a = upload_text(EDITOR, NAMES "\nEd,Right,x@right.example.org,\n",
	    LIST(option(own), "dry_run=1"));
	dry = number_at(a, "import_id");
	expect_problem(undo(dry, NULL, EDITOR), 409, "conflict");
	sql("UPDATE cerberus.imports SET finished_at = now() - "
	    "interval '31 days' WHERE import_id = %lld", (long long)id);
	expect_problem(undo(id, NULL, EDITOR), 409, "conflict");
	sql("UPDATE cerberus.imports SET finished_at = now() "
	    "WHERE import_id = %lld", (long long)id);
	expect_counts(undo(id, NULL, EDITOR), 0, 1, 0, 0);
	expect_problem(undo(id, NULL, EDITOR), 409, "conflict");
	expect_problem(undo(id, "dry_run=1", EDITOR), 409, "conflict");
	a = CALL(.path = arena_printf(&memory, "/voters/imports/%lld",
	    (long long)id), .token = VIEWER);
	expect_number(a, "undone_by", 3);
	cr_expect_not(is_null_at(a, "undone_at"));
}

/* Read audit entries; name is a filter by an id, more other parameters. */
static struct answer *
audit(const char *name, int64_t id, const char *more)
{
	return CALL(.path = "/audit", .token = ADMIN,
	    .query = arena_printf(&memory, "%s=%lld%s", name, (long long)id,
	    more));
}

Test(audit, has_before_and_after_of_each_voter)
{
	int64_t		 own = campaign("Undo, audit"), first, second, a, b;
	struct answer	*got;

	first = import(own, NAMES "city\nAu,Dit,a@audit.example.org,Old\n");
	a = id_of("a@audit.example.org");
	got = upload_text(EDITOR, NAMES "city,county\n"
	    "Au,Dit,a@audit.example.org,New,Wake\n"
	    "Be,Dit,b@audit.example.org,Here,\n", LIST(option(own)));
	second = number_at(got, "import_id");
	b = id_of("b@audit.example.org");

	got = audit("row_id", a, "&table_name=voters");
	expect_number(got, "total_entries", 2);
	expect_text(got, "entries.0.action", "import");
	expect_number(got, "entries.0.import_id", first);
	cr_expect(is_null_at(got, "entries.0.before"));
	/* The values of that time, not the current ones. */
	expect_text(got, "entries.0.after.city", "Old");
	cr_expect_null(at(got, "entries.0.after.county"));
	expect_number(got, "entries.1.user_id", 3);
	expect_text(got, "entries.1.before.city", "Old");
	cr_expect(is_null_at(got, "entries.1.before.county"));
	expect_text(got, "entries.1.after.city", "New");
	expect_text(got, "entries.1.after.county", "Wake");
	cr_expect_null(at(got, "entries.1.after.last_name"));

	got = audit("row_id", b, "&table_name=voters&action=import");
	expect_number(got, "total_entries", 1);
	expect_text(got, "entries.0.after.last_name", "Dit");
	got = audit("import_id", second, "");
	expect_number(got, "total_entries", 1);
	expect_number(got, "entries.0.row_id", a);
	got = audit("row_id", second, "&table_name=imports");
	expect_number(got, "total_entries", 1);
	expect_number(got, "entries.0.after.created", 1);

	expect_counts(undo(second, NULL, ADMIN), 1, 1, 0, 0);
	got = audit("row_id", a, "&table_name=voters&sort=-audit_id");
	expect_text(got, "entries.0.before.city", "New");
	expect_text(got, "entries.0.after.city", "Old");
	expect_number(got, "entries.0.user_id", 1);
	got = audit("row_id", b, "&table_name=voters&sort=-audit_id");
	expect_number(got, "total_entries", 2);
	expect_text(got, "entries.0.action", "delete");
	expect_text(got, "entries.0.before.last_name", "Dit");
	expect_text(got, "entries.1.after.last_name", "Dit");
	got = audit("row_id", second, "&table_name=imports&sort=-audit_id");
	expect_number(got, "entries.0.after.deleted", 1);

	/* Nothing of an erased person is left. */
	CALL(.method = "DELETE", .token = ADMIN, .query = "erase=1",
	    .path = arena_printf(&memory, "/voters/%lld", (long long)a));
	got = audit("row_id", a, "&table_name=voters");
	cr_expect_null(strstr(got->body, "Dit"), "%s", got->body);
	cr_expect_null(strstr(got->body, "Wake"), "%s", got->body);
}

Test(tags, of_a_file_are_added)
{
	int64_t		 own = campaign("Undo, tags"), v;
	struct answer	*a;

	import(own, NAMES "tags\nTa,Gs,t@tags.example.org,a;b\n");
	v = id_of("t@tags.example.org");
	import(own, NAMES "tags\nTa,Gs,t@tags.example.org,c;a\n");
	cr_expect_str_eq(sql("SELECT tags FROM cerberus.voters WHERE "
	    "voter_id = %lld", (long long)v), "{a,b,c}");
	a = upload_text(ADMIN, NAMES "tags\nTa,Gs,t@tags.example.org,c;a\n",
	    LIST(option(own)));
	expect_number(a, "unchanged", 1);
	a = upload_text(ADMIN, NAMES "tags\nTa,Gs,t@tags.example.org,d\n",
	    LIST(option(own), "mode=fill"));
	expect_number(a, "unchanged", 1);
}

/* A file cannot set where a voter came from. */
Test(columns, a_file_does_not_set_source_campaign_id)
{
	int64_t	 own = campaign("Undo, source");

	import(own, NAMES "source_campaign_id\n"
	    "So,Urce,s@source.example.org,1\n");
	import(own, NAMES "source_campaign_id\n"
	    "So,Urce,s@source.example.org,2\n");
	cr_expect_eq(sql_number("SELECT source_campaign_id FROM "
	    "cerberus.voters WHERE email_address = 's@source.example.org'"),
	    own);
}
