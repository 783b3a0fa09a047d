/*
 * Cells that do not fit their column, cells that are written in other ways, and
 * what the response says about rows and columns.
 */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "form.h"
#include "sql.h"

#define NAMES	"first_name,last_name,"

static struct answer *
send(const char *text, const char *option)
{
	struct answer	*a = upload_text(ADMIN, text, option != NULL ?
			    LIST(option) : NULL);

	assert_status(a, 200);
	expect_number(a, "rows", number_at(a, "created") +
	    number_at(a, "updated") + number_at(a, "unchanged") +
	    number_at(a, "duplicates") + number_at(a, "rejected"));
	return a;
}

/* Return an expression for the voter with this last name, as text. */
static const char *
stored(const char *last, const char *expression)
{
	return sql("SELECT coalesce((%s)::text, 'null') FROM "
	    "cerberus.voters WHERE last_name = '%s'", expression, last);
}

/* A column, and a cell that does not fit it. */
static const struct { const char *column, *cell; } bad[] = {
	{ "date_of_birth", "02/30/1970" },
	{ "date_of_birth", "2150-01-01" },
	{ "registration_date", "soon" },
	{ "last_contacted_date", "2150-01-01" },
	{ "birth_year", "19x0" },
	{ "birth_year", "1066" },
	{ "email_address", "not an address" },
	{ "contact_email", "perhaps" },
	{ "engagement_score", "high" },
	{ "suffix", "a suffix of more than twenty characters" },
	{ "gender", "a gender that needs more room than fifty characters" },
	{ "city", "bell\a" },
	{ "custom_fields", "[1]" },
	{ "custom_fields", "{" },
	{ "middle_name", "bell\a" },
};

Test(bad_cell, never_costs_the_row)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char	*last = arena_printf(&memory, "Bad%zu", i);
		const char	*file = arena_printf(&memory, NAMES "%s\n"
				    "Ann,%s,\"%s\"\n", bad[i].column, last,
				    bad[i].cell);
		struct answer	*a;

		a = upload_text(ADMIN, file, LIST("strict=1"));
		expect_status(a, 422);
		expect_number(a, "rejected", 1);
		expect_number(a, "warned", 0);
		expect_number(a, "errors.0.line", 2);
		expect_text(a, "errors.0.column", bad[i].column);
		a = send(file, NULL);
		expect_number(a, "created", 1);
		expect_number(a, "warned", 1);
		expect_number(a, "warnings.0.line", 2);
		expect_text(a, "warnings.0.column", bad[i].column);
		expect_text(a, "warnings.0.value", bad[i].cell);
		cr_expect_str_eq(stored(last, arena_printf(&memory,
		    "coalesce(nullif(nullif(%s::text, '0'), '{}'), 'blank')",
		    bad[i].column)), "blank", "%s", bad[i].cell);
		/* The same file again changes nothing. */
		a = send(file, NULL);
		expect_number(a, "created", 0);
		expect_number(a, "updated", 0);
	}
}

Test(bad_cell, of_a_name_rejects_the_row)
{
	struct answer	*a = send(NAMES "city\nAnn,Bell\a,Cary\n,Nofirst,Cary\n"
			    "Ann,NULL,Cary\nAnn,Many,Cary,more\n"
			    "Ann,Fine,Cary,NULL\n", NULL);

	expect_number(a, "rejected", 4);
	expect_number(a, "created", 1);
	expect_text(a, "errors.0.column", "last_name");
	expect_text(a, "errors.1.column", "first_name");
	expect_text(a, "errors.2.column", "last_name");
	cr_expect(is_null_at(a, "errors.3.column"));
}

Test(bad_cell, a_file_without_one_good_row_is_refused_with_the_counts)
{
	struct answer	*a = upload_text(ADMIN, NAMES "city\n,Refused,Cary\n"
			    "Ann,,Cary\n", NULL);

	expect_status(a, 422);
	expect_number(a, "rows", 2);
	expect_number(a, "rejected", 2);
	expect_number(a, "errors.1.line", 3);
	expect_text(a, "columns.2.column", "city");
	cr_expect(number_at(a, "import_id") > 0);
	cr_expect_str_eq(sql("SELECT state FROM cerberus.imports WHERE "
	    "import_id = %lld", (long long)number_at(a, "import_id")),
	    "done");
	/* A file without rows is valid. */
	send(NAMES "city\n", NULL);
}

/* Every way to write nothing, in every kind of column. */
Test(nothing, is_blank_and_never_overwrites)
{
	static const char *const words[] = { "NULL", "null", "\\N", "N/A",
			    "NONE", "none", "-", "=\"\"", "=\"NULL\"" };
	struct answer	*a = send(NAMES "voter_registration_id,"
			    "registration_state,middle_name,date_of_birth,"
			    "phone,email,status,party,contact_sms,tags,"
			    "custom_fields,zip,engagement_score\n"
			    "Nora,Nothing,N1,QN,May,1970-01-02,9195550123,"
			    "nora@nothing.example.org,Active,Green,t,a,"
			    "{},27601,5\n", NULL);

	expect_number(a, "created", 1);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct buf	 b;

		buf_init(&b, 10000);
		buf_adds(&b, NAMES "voter_registration_id,"
		    "registration_state,middle_name,date_of_birth,phone,"
		    "email,status,party,contact_sms,tags,custom_fields,zip,"
		    "engagement_score\nNora,Nothing,N1,QN");
		for (int k = 0; k < 11; k++)
			buf_addf(&b, ",%s", words[i]);
		buf_adds(&b, "\n");
		a = send(buf_str(&b), NULL);
		expect_number(a, "unchanged", 1);
		expect_number(a, "warned", 0);
		expect_number(a, "rejected", 0);
		cr_expect_eq(length_at(a, "unknown_values"), 0);
		buf_release(&b);
	}
	/* A person or a firm may have such a name. */
	a = send(NAMES "employer\nNina,Null,None\n", NULL);
	expect_number(a, "created", 1);
	cr_expect_str_eq(stored("Null", "employer"), "None");
}

/* What spreadsheets make of cells: header, cell, column, value. */
static const struct { const char *header, *cell, *column, *value; } cells[] = {
	{ "voter_registration_id", "\"=\"\"00123\"\"\"",
	    "voter_registration_id", "00123" },
	{ "voter_registration_id", "=\"00124\"", "voter_registration_id",
	    "00124" },
	{ "dob", "25602", "date_of_birth", "1970-02-03" },
	{ "registration_date", "36526.0", "registration_date", "2000-01-01" },
	{ "last_contacted_date", "45000", "last_contacted_date::date",
	    "2023-03-15" },
	{ "birth_year", "1970.0", "birth_year", "1970" },
	{ "zip", "27601.0", "zip_code", "27601" },
	{ "phone", "9195550123.0", "phone_number", "+19195550123" },
	{ "phone", "tel:919-555-0123", "phone_number", "+19195550123" },
	{ "phone", "011 44 20 7946 0958", "phone_number", "+442079460958" },
	{ "phone", "919-555-0123 ext. 12", "phone_number || "
	    "(custom_fields ->> 'phone_number_extension')", "+1919555012312" },
	{ "work_phone", "919-555-0123 x7", "work_phone || ' ' || "
	    "(custom_fields ->> 'work_phone_extension')",
	    "+19195550123 7" },
	{ "phone", "555-0000", "phone_number", "555-0000" },
	{ "registration_date", "2150-06-01", "registration_date",
	    "2150-06-01" },
	{ "dob", "XX/XX/1960", "birth_year", "1960" },
	{ "dob", "00/00/1961", "birth_year", "1961" },
	{ "dob", "1962", "birth_year", "1962" },
	{ "dob", "XX-XX-XXXX", "coalesce(date_of_birth::text, 'blank')",
	    "blank" },
	{ "registration_date", "XX/XX/1960",
	    "coalesce(registration_date::text, 'blank')", "blank" },
	{ "email", "\"One@cells.example.org; two@cells.example.org,"
	    "three@cells.example.org\"", "email_address || ' ' || "
	    "(custom_fields ->> 'email_address_2') || ' ' || "
	    "(custom_fields ->> 'email_address_3')",
	    "one@cells.example.org two@cells.example.org "
	    "three@cells.example.org" },
	{ "mobile", "9195550124", "phone_number", "+19195550124" },
	{ "home_phone,work_phone", "9195550125,9195550126", "phone_number",
	    "+19195550125" },
	{ "mobile,phone", "9195550127,9195550128", "phone_number",
	    "+19195550128" },
};

Test(cells, are_read_as_they_are_meant)
{
	for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
		const char	*last = arena_printf(&memory, "Meant%zu", i);
		struct answer	*a = send(arena_printf(&memory, NAMES
				    "%s\nAnn,%s,%s\n", cells[i].header, last,
				    cells[i].cell), "date_order=mdy");

		expect_number(a, "created", 1);
		expect_number(a, "warned", 0);
		cr_expect_str_eq(stored(last, cells[i].column),
		    cells[i].value, "%s", cells[i].cell);
	}
}

Test(cells, parts_that_are_left_out_are_warned_of)
{
	struct answer	*a = send(NAMES "email\nAnn,Parts,a@parts.example.org "
			    "b@\n", NULL);

	expect_number(a, "warned", 1);
	expect_text(a, "warnings.0.value", "a@parts.example.org b@");
	cr_expect_str_eq(stored("Parts", "email_address"),
	    "a@parts.example.org");
	/* A year alone is not a day of registration. */
	a = send(NAMES "registration_date\nAnn,Yearly,1999\n", NULL);
	expect_number(a, "warned", 1);
}

Test(codes, that_are_not_known_are_counted)
{
	static const char	 file[] = NAMES "status,party,gender,email\n"
				    "A,Codes1,Zombie,ECO,f,a1@codes.example\n"
				    "B,Codes2,Zombie,Green,f,a2@codes.example\n"
				    "C,Codes3,active,eco,Q,a3@codes.example\n";
	struct answer		*a = send(file, NULL);

	expect_number(a, "created", 3);
	expect_number(a, "warned", 2);
	expect_text(a, "warnings.0.column", "registration_status");
	expect_text(a, "warnings.0.value", "Zombie");
	expect_text(a, "unknown_values.0.column", "registration_status");
	expect_text(a, "unknown_values.0.value", "Zombie");
	expect_number(a, "unknown_values.0.count", 2);
	cr_expect_eq(length_at(a, "unknown_values"), 4, "%s", a->body);
	cr_expect_str_eq(stored("Codes1", "registration_status || "
	    "party_affiliation"), "OtherECO");
	cr_expect_str_eq(stored("Codes3", "registration_status || "
	    "party_affiliation || gender"), "ActiveecoQ");
	a = upload_text(ADMIN, file, LIST("strict=1"));
	assert_status(a, 200);
	expect_number(a, "rejected", 2);
	/* A code in a value map is known. */
	a = send(file, "mapping={\"registration_status\":{\"from\":\"status\","
	    "\"values\":{\"Zombie\":\"Cancelled\"}},\"party_affiliation\":"
	    "{\"from\":\"party\",\"values\":{\"ECO\":\"Ecology\"}},"
	    "\"gender\":{\"from\":\"gender\",\"values\":{\"Q\":\"X\"}}}");
	expect_number(a, "warned", 0);
	cr_expect_eq(length_at(a, "unknown_values"), 0, "%s", a->body);
}

/* A file of which only the last date shows that the day comes first. */
#define DAY_FIRST(tag)	NAMES "dob\nAnn," tag "1,02/03/1970\n" \
	"Ann," tag "2,3/2/1970\nAnn," tag "3,13/02/1970\n"

Test(dates, have_the_order_that_the_whole_file_shows)
{
	struct answer	*a = send(DAY_FIRST("Order"), NULL);

	expect_number(a, "created", 3);
	expect_number(a, "warned", 0);
	cr_expect_eq(length_at(a, "warnings"), 0, "%s", a->body);
	cr_expect_str_eq(stored("Order1", "date_of_birth"), "1970-03-02");
	cr_expect_str_eq(stored("Order3", "date_of_birth"), "1970-02-13");
	/* As the whole body, too. */
	a = CALL(.path = "/voters/upload", .token = ADMIN, .type = "text/csv",
	    .body = DAY_FIRST("Raw"));
	assert_status(a, 200);
	expect_number(a, "created", 3);
	cr_expect_str_eq(stored("Raw1", "date_of_birth"), "1970-03-02");
	/* The option decides. */
	a = send(DAY_FIRST("Given"), "date_order=mdy");
	expect_number(a, "warned", 1);
	cr_expect_str_eq(stored("Given1", "date_of_birth"), "1970-02-03");
}

Test(dates, that_allow_both_orders_are_warned_of_once)
{
	struct answer	*a = send(NAMES "dob,registration_date\n"
			    "Ann,Both1,02/03/1970,04/05/2000\n"
			    "Ann,Both2,03/03/1970,2000-01-13\n", NULL);

	expect_number(a, "warned", 0);
	cr_expect_eq(length_at(a, "warnings"), 1, "%s", a->body);
	expect_number(a, "warnings.0.line", 1);
	cr_expect(is_null_at(a, "warnings.0.column"));
	cr_expect_not_null(strstr(text_at(a, "warnings.0.message"),
	    "date_order"));
	cr_expect_str_eq(stored("Both1", "date_of_birth"), "1970-02-03");
	/* Rows for which the order is impossible. */
	a = send(NAMES "dob\nAnn,Two1,02/13/1970\nAnn,Two2,13/02/1970\n"
	    "Ann,Two3,02/14/1970\n", NULL);
	expect_number(a, "warned", 1);
	cr_expect_eq(length_at(a, "warnings"), 2, "%s", a->body);
	expect_number(a, "warnings.1.line", 3);
	cr_expect_str_eq(stored("Two3", "date_of_birth"), "1970-02-14");
}

Test(names_in_one_cell, are_split)
{
	struct answer	*a = send("Name,city\n\"NAMED, JOHN A JR\",Cary\n"
			    "John A. Splitted Jr.,Cary\nAlone,Cary\n", NULL);

	expect_number(a, "created", 2);
	expect_number(a, "rejected", 1);
	expect_text(a, "errors.0.column", "first_name");
	expect_text(a, "columns.0.column", "full_name");
	cr_expect_str_eq(stored("NAMED", "first_name || '|' || middle_name || "
	    "'|' || suffix"), "JOHN|A|JR");
	cr_expect_str_eq(stored("Splitted", "first_name || '|' || "
	    "middle_name || '|' || suffix"), "John|A.|Jr.");
	a = send("who,city\nMia Mapped,Cary\n",
	    "mapping={\"full_name\":\"who\"}");
	cr_expect_str_eq(stored("Mapped", "first_name"), "Mia");
	/* Columns of their own take precedence. */
	a = send("Name,FNAME,LNAME\nX Y,Otto,Owncolumn\n", NULL);
	expect_text(a, "unmapped_columns.0", "Name");
	cr_expect_str_eq(stored("Owncolumn", "first_name"), "Otto");
}

Test(encodings, two_in_one_file_are_read_and_warned_of)
{
	struct answer	*a = send(NAMES "city\nJos\xc3\xa9,Utf,A\n"
			    "Ren\xe9,Latin,B\nZo\xc3\xab,Again,C\n"
			    "Jos\xe9,Latiner,D\nAn\xe8,Latinest,E\n"
			    "N\xc3\xba\xc3\xb1,Utfest,F\n", NULL);

	expect_number(a, "created", 6);
	cr_expect_eq(length_at(a, "warnings"), 1, "%s", a->body);
	cr_expect_not_null(strstr(text_at(a, "warnings.0.message"),
	    "line 3"), "%s", a->body);
	cr_expect_str_eq(stored("Utf", "first_name"), "Jos\xc3\xa9");
	cr_expect_str_eq(stored("Latin", "first_name"), "Ren\xc3\xa9");
	cr_expect_str_eq(stored("Again", "first_name"), "Zo\xc3\xab");
	cr_expect_str_eq(stored("Latinest", "first_name"), "An\xc3\xa8");
	cr_expect_str_eq(stored("Utfest", "first_name"),
	    "N\xc3\xba\xc3\xb1");
	/* A capital E with an acute and an apostrophe look like UTF-8. */
	a = send(NAMES "city\nRen\xe9,Bytes1,A\nJOS\xc9\x92S,Bytes2,B\n",
	    NULL);
	cr_expect_eq(length_at(a, "warnings"), 0, "%s", a->body);
	cr_expect_str_eq(stored("Bytes2", "first_name"),
	    "JOS\xc3\x89\xe2\x80\x99S");
}

Test(columns, are_all_accounted_for)
{
	struct answer	*a = send("FNAME,LNAME,Note,created_at,"
			    "source_campaign_id,Note,,Shoe\n"
			    "Ann,Columns,a,2020-01-01,77,b,c,NULL\n",
			    "keep_unmapped=1");

	cr_expect_eq(length_at(a, "columns"), 8, "%s", a->body);
	expect_text(a, "columns.0.header", "FNAME");
	expect_text(a, "columns.0.column", "first_name");
	cr_expect(is_null_at(a, "columns.2.column"));
	cr_expect(is_null_at(a, "columns.3.column"));
	expect_text(a, "columns.3.header", "created_at");
	cr_expect(is_null_at(a, "columns.4.column"));
	cr_expect_eq(length_at(a, "unmapped_columns"), 4, "%s", a->body);
	expect_number(a, "warnings.0.line", 1);
	cr_expect_not_null(strstr(text_at(a, "warnings.0.message"),
	    "created_at, source_campaign_id"), "%s", a->body);
	expect_number(a, "warned", 0);
	cr_expect_str_eq(stored("Columns", "custom_fields"),
	    "{\"Note\": \"a\", \"Note 2\": \"b\", \"column 7\": \"c\"}");
	cr_expect_str_eq(stored("Columns", "source_campaign_id"), "null");
	a = upload_text(ADMIN, NAMES "x\nA,B,1\n",
	    LIST("mapping={\"source_campaign_id\":\"x\"}"));
	expect_status(a, 400);
}

Test(warnings, are_all_stored_with_the_columns_and_codes)
{
	struct answer	*a;
	struct buf	 b;

	buf_init(&b, 1024 * 1024);
	buf_adds(&b, "FNAME,LNAME,dob,party,created_at\n");
	for (int i = 0; i < 120; i++)
		buf_addf(&b, "Ann,Stored%d,02/30/1970,ECO,\n", i);
	a = send(buf_str(&b), NULL);
	buf_release(&b);
	expect_number(a, "warned", 120);
	cr_expect_eq(length_at(a, "warnings"), 50);
	expect_number(a, "warnings.0.line", 1);
	expect_number(a, "warnings.1.line", 2);
	expect_text(a, "warnings.49.value", "02/30/1970");
	cr_expect_str_eq(sql("SELECT count(*) || ' ' || count(column_name) || "
	    "' ' || count(value) FROM cerberus.import_warnings WHERE "
	    "import_id = %lld", (long long)number_at(a, "import_id")),
	    "121 120 120");
	cr_expect_str_eq(sql("SELECT warned || ' ' || (columns -> 1)::text || "
	    "' ' || (columns -> 4)::text || ' ' || unknown_values::text FROM "
	    "cerberus.imports WHERE import_id = %lld",
	    (long long)number_at(a, "import_id")),
	    "120 {\"column\": \"last_name\", \"header\": \"LNAME\"} "
	    "{\"column\": null, \"header\": \"created_at\"} "
	    "[{\"count\": 120, \"value\": \"ECO\", "
	    "\"column\": \"party_affiliation\"}]");
}

/* A NUL cannot be stored, neither in a value nor in a rejected row. */
Test(warnings, values_with_nul_are_stored)
{
	static const char	 text[] = NAMES "suffix,x\n"
				    "Ann,Nulled,a\0b,c\0d\n";
	struct answer		*a = upload(ADMIN, text, sizeof(text) - 1,
				    LIST("keep_unmapped=1"), NULL);

	assert_status(a, 200);
	expect_number(a, "created", 1);
	cr_expect_eq(length_at(a, "warnings"), 2, "%s", a->body);
	expect_text(a, "warnings.1.value", "a\xef\xbf\xbd" "b");
}

Test(columns, of_a_file_without_header_are_numbered)
{
	struct answer	*a = upload_text(ADMIN, "Ann,Headless,x\n",
			    LIST("mapping={\"first_name\":1,\"last_name\":2}",
			    "has_header=0"));

	assert_status(a, 200);
	expect_text(a, "columns.1.header", "column 2");
	expect_text(a, "columns.1.column", "last_name");
	expect_text(a, "unmapped_columns.0", "column 3");
}

/* Placeholders are left out, with a warning. */
Test(placeholders, are_not_ids)
{
	struct answer	*a = send(NAMES "voter_registration_id\n"
			    "Ann,Place1,0\nAnn,Place2,1.2345E+09\n"
			    "Ann,Place3,NULL\nAnn,Place4,None\n", NULL);

	expect_number(a, "created", 4);
	expect_number(a, "warned", 2);
	expect_text(a, "warnings.0.value", "0");
	expect_text(a, "warnings.1.column", "voter_registration_id");
	cr_expect_eq(sql_number("SELECT count(voter_registration_id) FROM "
	    "cerberus.voters WHERE last_name LIKE 'Place_'"), 0);
}

Test(registration_state, is_used_for_ids_without_one)
{
	struct answer	*a = send(NAMES "voter_registration_id\n"
			    "Ann,Idstate,RS1\n", "registration_state=qs");

	expect_number(a, "created", 1);
	cr_expect_str_eq(stored("Idstate", "registration_state"), "QS");
	a = send(NAMES "voter_registration_id,registration_state\n"
	    "Ann,Stated,RS2,QT\nAnn,Unstated,RS3,\n",
	    "registration_state=QS");
	cr_expect_str_eq(stored("Stated", "registration_state"), "QT");
	cr_expect_str_eq(stored("Unstated", "registration_state"), "QS");
	a = send(NAMES "voter_registration_id,state\n"
	    "Ann,Homestate,RS4,Ohio\n", NULL);
	cr_expect_str_eq(stored("Homestate", "registration_state"), "OH");
	a = send(NAMES "voter_registration_id,state\n"
	    "Ann,Optional,RS5,Ohio\n", "registration_state=georgia");
	cr_expect_str_eq(stored("Optional", "registration_state"), "GA");
	/* Without ids there is nothing that needs a state. */
	a = send(NAMES "city\nAnn,Noid,Cary\n", "registration_state=QS");
	cr_expect_str_eq(stored("Noid", "registration_state"), "null");
	a = upload_text(ADMIN, NAMES "city\nAnn,Wrong,Cary\n",
	    LIST("registration_state=Q5"));
	expect_status(a, 400);
	cr_expect(names(a, "registration_state", NULL));
}

/* The row in imports has the options, even if they follow the file. */
Test(late_options, apply_to_the_import)
{
	static const char	 text[] = NAMES "city\nLea,Late,Cary\n";
	struct answer		*a = upload(ADMIN, text, sizeof(text) - 1,
				    NULL, LIST("dry_run=1", "mode=fill",
				    "campaign_id=1", "mapping={\"city\":"
				    "\"city\"}"));
	const char		*row;

	assert_status(a, 200);
	expect_number(a, "created", 1);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.voters WHERE "
	    "last_name = 'Late'"), 0);
	row = arena_printf(&memory, "SELECT campaign_id || mode || dry_run || "
	    "state || options::text FROM cerberus.imports WHERE "
	    "import_id = %lld", (long long)number_at(a, "import_id"));
	cr_expect_str_eq(sql("%s", row),
	    "1filltruedone{\"mapping\": {\"city\": \"city\"}}");
	/* Without an option that needs the file to be read again. */
	a = upload(ADMIN, text, sizeof(text) - 1, LIST("dry_run=1"),
	    LIST("dry_run=0", "mode=skip"));
	assert_status(a, 200);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.voters WHERE "
	    "last_name = 'Late'"), 1);
	cr_expect_str_eq(sql("SELECT mode || dry_run FROM cerberus.imports "
	    "WHERE import_id = %lld", (long long)number_at(a, "import_id")),
	    "skipfalse");
}
