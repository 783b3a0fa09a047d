/*
 * Matching of rows with voters, modes, mappings, and what is refused or
 * rejected.
 */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "form.h"
#include "sql.h"

#define NAMES	"first_name,last_name,"

static struct answer *
send(const char *text)
{
	struct answer	*a = upload_text(ADMIN, text, NULL);

	assert_status(a, 200);
	return a;
}

Test(matching, by_email_with_one_of_the_names)
{
	send(NAMES "email_address\nAnn,Lee,Ann.Lee@rules.example.org\n");
	expect_number(send(NAMES "email_address\n"
	    "ANN,Smith,ann.lee@rules.example.org\n"), "updated", 1);
	expect_number(send(NAMES "email_address\n"
	    "Bob,Jones,ann.lee@rules.example.org\n"), "created", 1);
}

Test(matching, by_phone_with_both_names)
{
	send(NAMES "phone\nPhil,Phone,919 555 0111\n");
	expect_number(send(NAMES "phone,city\n"
	    "Phil,Phone,(919) 555-0111,Cary\n"), "updated", 1);
	expect_number(send(NAMES "phone\nPhila,Phone,9195550111\n"),
	    "created", 1);
}

Test(matching, by_name_birth_and_zip)
{
	send(NAMES "dob,zip\nNora,Name,1970-01-02,27601\n");
	expect_number(send(NAMES "dob,zip,city\nnora,NAME,1/2/1970,27601,X\n"),
	    "updated", 1);
	expect_number(send(NAMES "dob,zip\nNora,Name,1970-01-02,27602\n"),
	    "created", 1);
}

Test(matching, two_ids_of_one_state_are_two_people)
{
	struct answer	*a = send(NAMES "email,phone,dob,zip,"
			    "voter_registration_id,registration_state\n"
			    "Jo,Id,jo@id.example.org,9195550122,1960-01-01,"
			    "27601,R1,QA\n"
			    "Jo,Id,jo@id.example.org,9195550122,1960-01-01,"
			    "27601,R2,QA\n"
			    "Jo,Id,,,,,R3,\n");

	expect_number(a, "created", 3);
	expect_number(send(NAMES "voter_registration_id,registration_state,"
	    "city\nJo,Id,R3,,Apex\n"), "updated", 1);
}

Test(matching, people_of_a_household_are_not_merged)
{
	static const char	 home[] = NAMES "email,phone\n"
				    "Pa,House,h@house.example.org,9195550133\n"
				    "Ma,House,h@house.example.org,9195550133\n"
				    "Kid,House,h@house.example.org,"
				    "9195550133\n";

	expect_number(send(home), "created", 3);
	expect_number(send(home), "unchanged", 3);
}

Test(matching, the_last_row_of_a_person_takes_precedence)
{
	struct answer	*a = send(NAMES "email,city,county\n"
			    "Last,Row,last@row.example.org,Old,Wake\n"
			    "Last,Row,last@row.example.org,New,\n");

	expect_number(a, "created", 1);
	expect_number(a, "duplicates", 1);
	cr_expect_str_eq(sql("SELECT city || ' ' || county FROM "
	    "cerberus.voters WHERE email_address = 'last@row.example.org'"),
	    "New Wake");
}

Test(modes, fill_skip_and_dry_run_keep_values)
{
	static const char	 later[] = NAMES "email,city,county\n"
				    "Mo,Mode,mo@mode.example.org,New,Wake\n";
	struct answer		*a;

	send(NAMES "email,city\nMo,Mode,mo@mode.example.org,Old\n");
	a = upload_text(ADMIN, later, LIST("dry_run=1"));
	expect_number(a, "updated", 1);
	cr_expect_str_eq(sql("SELECT city FROM cerberus.voters WHERE "
	    "email_address = 'mo@mode.example.org'"), "Old");
	a = upload_text(ADMIN, later, LIST("mode=skip"));
	expect_number(a, "unchanged", 1);
	a = upload_text(ADMIN, later, LIST("mode=fill"));
	expect_number(a, "updated", 1);
	cr_expect_str_eq(sql("SELECT city || ' ' || county FROM "
	    "cerberus.voters WHERE email_address = 'mo@mode.example.org'"),
	    "Old Wake");
	/* A blank cell does not erase a value. */
	send(NAMES "email,city,county\nMo,Mode,mo@mode.example.org,,\n");
	cr_expect_str_eq(sql("SELECT city FROM cerberus.voters WHERE "
	    "email_address = 'mo@mode.example.org'"), "Old");
}

Test(mapping, reads_a_file_without_a_layout)
{
	struct answer	*a = upload_text(ADMIN,
			    "Vorname;Nachname;nr;half;pre;str;typ;post;ut;un;"
			    "geb;schuh\n"
			    "Eva;Acht;12;1/2;N;Main;St;NW;Apt;4;31.12.1970;"
			    "42\n", LIST("mapping={\"first_name\":\"Vorname\","
			    "\"last_name\":2,\"street_address\":[\"nr\",4,"
			    "\"pre\",\"str\",\"typ\",\"post\",\"ut\",\"un\"],"
			    "\"date_of_birth\":\"geb\"}", "date_order=dmy",
			    "keep_unmapped=1"));

	assert_status(a, 200);
	expect_number(a, "created", 1);
	expect_text(a, "unmapped_columns.0", "schuh");
	cr_expect_str_eq(sql("SELECT street_address || '|' || date_of_birth "
	    "|| '|' || (custom_fields ->> 'schuh') FROM cerberus.voters "
	    "WHERE last_name = 'Acht'"),
	    "12 1/2 N Main St NW Apt 4|1970-12-31|42");
}

/* Files that are not voter files, and a word that the error must contain. */
static const struct { const char *file, *word; } refused[] = {
	{ "",					"empty" },
	{ "\n\n",				"empty" },
	{ "PK\3\4rest of a workbook",		"Excel" },
	{ "%PDF-1.7\n",				"PDF" },
	{ "a,b\n1,2\n",				"a, b" },
	{ "first_name,email\nAnn,a@b.example\n", "first_name, email" },
};

Test(refusal, says_what_the_file_is)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct answer	*a = upload_text(ADMIN, refused[i].file,
				    NULL);

		expect_status(a, 422);
		cr_expect(strstr(text_at(a, "error"), refused[i].word) != NULL,
		    "%s", a->body);
	}
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.imports WHERE "
	    "state = 'failed' AND error LIKE '%%Excel%%'"), 1);
}

Test(refusal, says_that_the_file_is_missing)
{
	struct answer	*a;

	a = CALL(.path = "/voters/upload", .token = ADMIN,
	    .type = "multipart/form-data; boundary=x", .body =
	    "--x\r\nContent-Disposition: form-data; name=\"mode\"\r\n\r\n"
	    "fill\r\n--x--\r\n");
	expect_status(a, 400);
	expect_text(a, "error", "No file part");
	a = CALL(.path = "/voters/upload", .token = ADMIN,
	    .type = "multipart/form-data; boundary=x", .body =
	    "--x\r\nContent-Disposition: form-data; name=\"file\"; "
	    "filename=\"\"\r\n\r\n\r\n--x--\r\n");
	expect_status(a, 400);
	expect_text(a, "error", "No selected file");
}

/* One part of a form with the boundary x; more follows the name. */
#define FORM_PART(name, more, value) \
	"--x\r\nContent-Disposition: form-data; name=\"" name "\"" more \
	"\r\n\r\n" value "\r\n"
#define A_FILE	FORM_PART("file", "; filename=\"a.csv\"", \
	"first_name,last_name\nNo,Complaint")
#define NO_NAME	FORM_PART("file", "; filename=\"\"", "")

/* Forms with an error: either the message, or the field that is named. */
static const struct { const char *query, *body, *error, *field; } forms[] = {
	{ NULL, FORM_PART("colour", "", "red"), "No file part", NULL },
	{ NULL, FORM_PART("mode", "", "guess"), "No file part", NULL },
	{ NULL, FORM_PART("campaign_id", "", "x")
	  FORM_PART("document", "; filename=\"a.csv\"", "a,b"),
	  "No file part", NULL },
	{ "mode=guess", FORM_PART("mode", "", "fill"), "No file part", NULL },
	{ NULL, "", "No file part", NULL },
	{ NULL, FORM_PART("colour", "", "red") FORM_PART("file", "", "a,b"),
	  "No file part", NULL },
	{ NULL, FORM_PART("colour", "", "red") NO_NAME, "No selected file",
	  NULL },
	{ NULL, NO_NAME FORM_PART("colour", "", "red"), "No selected file",
	  NULL },
	{ NULL, FORM_PART("colour", "", "red") A_FILE, NULL, "colour" },
	{ NULL, A_FILE FORM_PART("colour", "", "red"), NULL, "colour" },
	{ NULL, FORM_PART("mode", "", "guess") A_FILE, NULL, "mode" },
	{ "mode=guess", A_FILE, NULL, "mode" },
};

Test(refusal, a_missing_file_is_reported_before_other_errors)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct answer	*a = CALL(.path = "/voters/upload",
				    .token = ADMIN, .query = forms[i].query,
				    .type = "multipart/form-data; boundary=x",
				    .body = arena_printf(&memory, "%s--x--\r\n",
				    forms[i].body));

		cr_expect_eq(a->status, 400, "row %zu: %d %s", i, a->status,
		    a->body);
		if (forms[i].error != NULL)
			expect_text(a, "error", forms[i].error);
		else
			cr_expect(names(a, forms[i].field, NULL),
			    "row %zu: %s", i, a->body);
	}
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.voters WHERE "
	    "last_name = 'Complaint'"), 0);
}

Test(refusal, of_callers_without_the_role)
{
	static const char	 one[] = NAMES "email\n"
				    "Ro,Le,ro@role.example.org\n";

	expect_status(upload_text(VIEWER, one, LIST("campaign_id=1")), 403);
	expect_status(upload_text(STRANGER, one, LIST("campaign_id=1")), 404);
	expect_status(upload_text(EDITOR, one, NULL), 400);
	expect_status(upload_text(ADMIN, one, LIST("campaign_id=987654")),
	    404);
	expect_status(upload_text(ADMIN, one, LIST("mode=other")), 400);
	expect_status(upload_text(ADMIN, one, LIST("layout=none")), 400);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.voters WHERE "
	    "email_address = 'ro@role.example.org'"), 0);
	/* The campaign may follow the file. */
	expect_status(upload(EDITOR, one, sizeof(one) - 1, NULL,
	    LIST("campaign_id=1")), 200);
}

/* Ids are easily guessed, and a voter who is matched joins the campaign. */
Test(refusal, of_the_id_of_another_campaigns_voter)
{
	static const char	 head[] = NAMES "voter_id,"
				    "voter_registration_id,created_at,"
				    "city\n";
	long long		 theirs = sql_number("INSERT INTO "
				    "cerberus.voters (first_name, last_name) "
				    "VALUES ('Gus', 'Guessed') "
				    "RETURNING voter_id");
	long long		 own = voter("Olga", "Own");

	sql("INSERT INTO cerberus.campaign_voters VALUES (2, %lld) "
	    "RETURNING 1", theirs);
	expect_number(upload_text(EDITOR, arena_printf(&memory,
	    "%sX,Guessed,%lld,,,\n", head, theirs), LIST("campaign_id=1")),
	    "created", 1);
	cr_expect_eq(sql_number("SELECT count(*) FROM "
	    "cerberus.campaign_voters WHERE campaign_id = 1 AND "
	    "voter_id = %lld", theirs), 0);
	expect_number(upload_text(EDITOR, arena_printf(&memory,
	    "%sX,Own,%lld,,,Cary\n", head, own), LIST("campaign_id=1")),
	    "updated", 1);
	/* Only a registration id with its state changes a name. */
	cr_expect_str_eq(sql("SELECT first_name FROM cerberus.voters WHERE "
	    "voter_id = %lld", own), "Olga");
	expect_number(upload_text(ADMIN, arena_printf(&memory,
	    "%sX,Guessed,%lld,,,Cary\n", head, theirs), NULL), "updated", 1);
}

/* A value that PostgreSQL refuses must not make the whole file fail. */
Test(warnings, about_documents_that_cannot_be_stored)
{
	struct answer	*a;
	struct buf	 b;

	a = send(NAMES "custom_fields\n"
	    "Doc,One,\"{\"\"a\"\":\"\"\\u0000\"\"}\"\n"
	    "Doc,Two,\"{\"\"a\"\":1e200000}\"\n"
	    "Doc,Three,\"{\"\"a\"\":\"\"\\ud800\"\"}\"\n"
	    "Doc,Four,\"{\"\"a\"\":12345678901234567890123}\"\n"
	    "Doc,Five,\"{\"\"a\"\":1}\"\n");
	expect_number(a, "rejected", 0);
	expect_number(a, "created", 5);
	expect_number(a, "warned", 3);

	buf_init(&b, 1024 * 1024);
	buf_adds(&b, NAMES "blob\nBig,Cell,");
	for (int i = 0; i < 500000; i++)
		buf_addc(&b, 'x');
	buf_adds(&b, "\nSmall,Cell,y\n");
	a = upload_text(ADMIN, buf_str(&b), LIST("keep_unmapped=1"));
	expect_number(a, "created", 2);
	expect_number(a, "warned", 1);
	expect_text(a, "warnings.0.column", "custom_fields");
	buf_release(&b);
}

/* Half a surrogate pair is two bytes, both of which must be skipped. */
Test(encoding, invalid_utf16_is_skipped_in_whole_units)
{
	static const char	 text[] = "\xff\xfe"
				    "f\0i\0r\0s\0t\0_\0n\0a\0m\0e\0,\0"
				    "l\0a\0s\0t\0_\0n\0a\0m\0e\0\n\0"
				    "A\0\x00\xd8x\0,\0B\0\n\0"
				    "U\0t\0f\0,\0S\0i\0x\0\n";
	struct answer		*a = upload(ADMIN, text, sizeof(text), NULL,
				    NULL);

	expect_number(a, "rejected", 0);
	expect_number(a, "created", 2);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.voters "
	    "WHERE first_name = 'Utf' AND last_name = 'Six'"), 1);
}

Test(rejects, keep_the_raw_row)
{
	struct answer	*a = send(NAMES "dob\nRe,,1970-02-03\n"
			    "\"Two\nlines\",Reject,1970-02-03\n,No,\n");

	expect_number(a, "rejected", 2);
	expect_number(a, "errors.0.line", 2);
	expect_text(a, "errors.0.column", "last_name");
	expect_number(a, "errors.1.line", 5);
	a = CALL(.path = arena_printf(&memory, "/voters/imports/%lld/rejects",
	    (long long)number_at(a, "import_id")), .token = ADMIN);
	assert_status(a, 200);
	cr_expect(strstr(a->body, "\"Re,,1970-02-03\"") != NULL, "%s",
	    a->body);
}

Test(exports, can_be_imported_again)
{
	struct answer	*a;

	send(NAMES "middle_name,email,tags\n"
	    "Ex,Port,=1+1,ex@port.example.org,a;b\n"
	    "Exa,Portly,'@x,ex@port.example.org,\n");
	a = CALL(.path = "/voters/export", .token = ADMIN,
	    .query = "email_address=ex%40port.example.org");
	assert_status(a, 200);
	cr_expect(strstr(a->body, ",'=1+1,") != NULL, "%s", a->body);
	a = send(a->body);
	expect_number(a, "updated", 0);
	expect_number(a, "created", 0);
	expect_status(CALL(.path = "/voters/export", .token = VIEWER), 403);
}

/* Stored values, and how the export writes them. */
static const struct { const char *stored, *exported; } guarded[] = {
	{ "=1",			",'=1," },
	{ "'=1",		",''=1," },
	{ "'quoted'",		",'quoted'," },
	{ "+1919",		",+1919," },
	{ "\xef\xbc\x9d" "1",	",'\xef\xbc\x9d" "1," },
	{ "'\xef\xbc\xa0",	",''\xef\xbc\xa0," },
	{ "a;=6",		",a;'=6," },
	{ "a;'=6",		",a;''=6," },
	{ "a;\xef\xbc\x8d" "6",	",a;'\xef\xbc\x8d" "6," },
	{ "-a,;-b",		",\"'-a,;'-b\"," },
};

Test(exports, guard_formulas_and_are_read_back_exactly)
{
	struct answer	*a;
	size_t		 n = sizeof(guarded) / sizeof(guarded[0]);

	for (size_t i = 0; i < n; i++)
		sql("INSERT INTO cerberus.voters (first_name, middle_name, "
		    "last_name, email_address, tags) VALUES ('Guard', "
		    "$text$%s$text$, 'Ed', 'guard%zu@guard.example.org', "
		    "ARRAY['x', '=y'])", guarded[i].stored, i);
	a = CALL(.path = "/voters/export", .token = ADMIN,
	    .query = "first_name=Guard");
	assert_status(a, 200);
	for (size_t i = 0; i < n; i++)
		cr_expect(strstr(a->body, guarded[i].exported) != NULL, "%s",
		    a->body);
	cr_expect(strstr(a->body, "x;'=y") != NULL, "%s", a->body);
	a = send(a->body);
	expect_number(a, "unchanged", (int64_t)n);
	expect_number(a, "rows", (int64_t)n);
}

#define FOREIGN	NAMES "voter_registration_id,registration_state,city\n"

/* Create a voter of campaign 2, who is hidden from the editor of campaign 1. */
static int64_t
foreign(const char *columns, const char *values)
{
	return sql_number("WITH v AS (INSERT INTO voters (%s) VALUES (%s) "
	    "RETURNING voter_id) INSERT INTO campaign_voters "
	    "SELECT 2, voter_id FROM v RETURNING voter_id", columns, values);
}

static bool
joined(int64_t id)
{
	return sql_number("SELECT count(*) FROM campaign_voters "
	    "WHERE campaign_id = 1 AND voter_id = %lld", (long long)id) == 1;
}

static struct answer *
edit(const char *text, const char *option)
{
	struct answer	*a = upload_text(EDITOR, text,
			    LIST("campaign_id=1", option));

	assert_status(a, 200);
	return a;
}

static void
expect_counts(const struct answer *a, int64_t created, int64_t updated,
    int64_t unchanged, int64_t rejected)
{
	expect_number(a, "created", created);
	expect_number(a, "updated", updated);
	expect_number(a, "unchanged", unchanged);
	expect_number(a, "duplicates", 0);
	expect_number(a, "rejected", rejected);
	expect_number(a, "rows", created + updated + unchanged + rejected);
}

Test(foreign, a_guessed_registration_id_does_not_match)
{
	static const char	 file[] = FOREIGN
				    "Wrong,Guess,FG1,QF,Mine\n"
				    "Gus,Wrong,\"FG1\",QF,Mine\n"
				    ",Nameless,FG2,QF,Mine\n"
				    "Gina,New,FG2,QF,Mine\n";
	struct answer		*a;
	int64_t			 id = foreign("first_name, last_name, city, "
				    "voter_registration_id, "
				    "registration_state", "'Gus', 'Guess', "
				    "'Secret', 'FG1', 'QF'");

	a = edit(file, "dry_run=1");
	expect_counts(a, 1, 0, 0, 3);
	a = edit(file, "mode=update");
	expect_counts(a, 1, 0, 0, 3);
	for (int i = 0; i < 2; i++) {
		expect_number(a, arena_printf(&memory, "errors.%d.line", i),
		    i + 2);
		expect_text(a, arena_printf(&memory, "errors.%d.column", i),
		    "voter_registration_id");
		expect_text(a, arena_printf(&memory, "errors.%d.message", i),
		    "This registration id belongs to somebody with another "
		    "name.");
	}
	expect_number(a, "errors.2.line", 4);
	cr_expect_null(strstr(a->body, "Secret"));
	a = CALL(.path = arena_printf(&memory, "/voters/imports/%lld/rejects",
	    (long long)number_at(a, "import_id")), .token = EDITOR);
	expect_status(a, 200);
	cr_expect_not_null(strstr(a->body, "\"Gus,Wrong,\"\"FG1\"\",QF,Mine"),
	    "%s", a->body);
	cr_expect_not(joined(id));
	cr_expect_str_eq(sql("SELECT city FROM voters WHERE voter_id = %lld",
	    (long long)id), "Secret");
	/* Importing the file again changes nothing. */
	expect_counts(edit(file, "mode=update"), 0, 0, 1, 3);
	/* For an admin the id alone matches. */
	expect_number(send(FOREIGN "Wrong,Guess,FG1,QF,Theirs\n"),
	    "updated", 1);
}

Test(foreign, a_registration_id_matches_with_both_names)
{
	int64_t	 id = foreign("first_name, last_name, voter_registration_id, "
		    "registration_state", "'Full', 'Known', 'FK1', 'QF'");

	expect_counts(edit(FOREIGN "FULL,known,FK1,QF,Cary\n"
	    "Fool,Known,FK1,QF,X\n", "mode=update"), 0, 1, 0, 1);
	cr_expect(joined(id));
	/* Now the voter is visible, and the name can be corrected. */
	expect_counts(edit(FOREIGN "Fool,Known,FK1,QF,Cary\n",
	    "mode=update"), 0, 1, 0, 0);
}

/* Without a state it is not certain whose id it is, so no row is lost. */
Test(foreign, an_id_without_a_state_matches_with_both_names)
{
	static const char	 file[] = FOREIGN "FULL,stateless,FS1,,Cary\n"
				    "Fool,Stateless,FS1,,Apex\n";
	int64_t			 id = foreign("first_name, last_name, "
				    "voter_registration_id",
				    "'Full', 'Stateless', 'FS1'");

	expect_counts(edit(file, "mode=update"), 1, 1, 0, 0);
	cr_expect(joined(id));
	cr_expect_str_eq(sql("SELECT coalesce(voter_registration_id, 'blank') "
	    "FROM voters WHERE first_name = 'Fool' "
	    "AND last_name = 'Stateless'"), "blank");
	expect_number(edit(file, "mode=update"), "created", 0);
}

Test(foreign, an_email_address_matches_with_both_names)
{
	int64_t	 id = foreign("first_name, last_name, email_address",
		    "'Ella', 'Mail', 'ella@foreign.example.org'");

	expect_counts(edit(NAMES "email\nElla,Other,"
	    "ella@foreign.example.org\n", "mode=update"), 1, 0, 0, 0);
	cr_expect_not(joined(id));
	expect_counts(edit(NAMES "email\nElla,Mail,"
	    "ella@foreign.example.org\n", "mode=update"), 0, 0, 1, 0);
	cr_expect(joined(id));
}

Test(foreign, a_name_alone_does_not_match)
{
	int64_t	 id = foreign("first_name, last_name, street_address, "
		    "date_of_birth", "'Bare', 'Name', 'Secret', '1970-01-01'");

	expect_counts(edit(NAMES "city\nBare,Name,\n", "mode=update"), 1, 0,
	    0, 0);
	cr_expect_not(joined(id));
	expect_counts(edit(NAMES "city\nBare,Name,\n", "mode=update"), 0, 0,
	    1, 0);
}

Test(foreign, voters_of_the_own_campaign_are_matched_by_id)
{
	send(FOREIGN "Olga,Own,FO1,QF,\n");
	sql("INSERT INTO campaign_voters SELECT 1, voter_id FROM voters "
	    "WHERE voter_registration_id = 'FO1'");
	expect_counts(edit(FOREIGN "Olga,Married,FO1,QF,Apex\n",
	    "mode=update"), 0, 1, 0, 0);
}
