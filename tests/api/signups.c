/* The forms of the campaigns' websites. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

#define FORM	"application/x-www-form-urlencoded"

/* What became of the interaction that was answered. */
static const char *
interaction(const struct answer *a, const char *column)
{
	return sql("SELECT %s FROM interactions WHERE interaction_id = %lld",
	    column, (long long)number_at(a, "interaction_id"));
}

static const char *
of_voter(const struct answer *a, const char *column)
{
	return sql("SELECT %s FROM voters WHERE voter_id = %lld", column,
	    (long long)number_at(a, "voter_id"));
}

/* As the website sends it, with null for what is not there. */
Test(signups, the_websites_json_makes_a_voter_and_an_interaction)
{
	static const char	 json[] = "{\"first_name\":\"Ana\","
	    "\"last_name\":\"N\xc3\xba\xc3\xb1" "ez\","
	    "\"email_address\":\"Ana@Example.org\",\"phone_number\":null,"
	    "\"campaign_id\":1,\"interests\":{\"wants_to_endorse\":true,"
	    "\"wants_to_get_involved\":false,\"agreed_to_messaging\":true,"
	    "\"agreed_to_emails\":true},\"interaction_type\":\"ContactForm\","
	    "\"notes\":\"Signed up via website form.\"}";
	struct answer	*a = CALL(.path = "/public/signups", .body = json);
	struct answer	*b = CALL(.path = "/signups", .body = json);

	assert_status(a, 201);
	expect_text(a, "message", "Signup processed successfully.");
	cr_assert_gt(number_at(a, "voter_id"), 0);
	cr_assert_gt(number_at(a, "interaction_id"), 0);
	expect_status(b, 201);
	expect_number(b, "voter_id", number_at(a, "voter_id"));
	cr_expect_neq(number_at(b, "interaction_id"),
	    number_at(a, "interaction_id"));

	cr_expect_str_eq(of_voter(a, "email_address"), "ana@example.org");
	cr_expect_str_eq(of_voter(a, "last_name"), "N\xc3\xba\xc3\xb1" "ez");
	cr_expect_str_eq(of_voter(a, "source_campaign_id"), "1");
	cr_expect_str_eq(interaction(a, "interaction_type"), "ContactForm");
	cr_expect_str_eq(interaction(a, "outcome"), "Signed Up");
	cr_expect_str_eq(interaction(a, "campaign_id"), "1");
	cr_expect_str_eq(interaction(a, "notes"), "Signed up via website "
	    "form. Expressed interest: Endorse.");
	cr_expect_eq(sql_number("SELECT count(*) FROM campaign_voters WHERE "
	    "voter_id = %lld AND campaign_id = 1",
	    (long long)number_at(a, "voter_id")), 1);
	cr_expect_str_eq(sql("SELECT string_agg(channel || granted || source, "
	    "',' ORDER BY consent_id) FROM (SELECT * FROM consents WHERE "
	    "voter_id = %lld ORDER BY consent_id LIMIT 2) c",
	    (long long)number_at(a, "voter_id")),
	    "smstrueContactForm,emailtrueContactForm");
}

static const struct { const char *interests, *notes, *wanted; } remarks[] = {
	{ "", "", "Website signup." },
	{ "", ",\"notes\":\"  \"", "Website signup." },
	{ "", ",\"notes\":\" Hello \"", "Hello" },
	{ "\"wants_to_endorse\":true", "", "Expressed interest: Endorse." },
	{ "\"wants_to_get_involved\":true,\"wants_to_endorse\":true", "",
	  "Expressed interest: Endorse. Expressed interest: Get Involved." },
	{ "\"wants_to_get_involved\":true", ",\"notes\":\"Line\\nbreak\"",
	  "Line\nbreak Expressed interest: Get Involved." },
	{ "\"wants_to_endorse\":null,\"wants_to_get_involved\":false", "",
	  "Website signup." },
};

Test(signups, notes_are_joined_by_one_space)
{
	for (size_t i = 0; i < ARRAY_LEN(remarks); i++) {
		struct answer	*a = CALL(.path = "/signups",
				    .body = arena_printf(&memory,
				    "{\"first_name\":\"R\",\"last_name\":"
				    "\"Remark\",\"email_address\":"
				    "\"remark%zu@example.org\",\"campaign_id\""
				    ":3,\"interests\":{%s}%s}", i,
				    remarks[i].interests, remarks[i].notes));

		assert_status(a, 201);
		cr_expect_str_eq(interaction(a, "notes"), remarks[i].wanted);
		cr_expect_str_eq(interaction(a, "interaction_type"),
		    "Website Signup");
	}
}

Test(signups, missing_fields_are_named_in_order)
{
	static const struct { const char *body, *error; } t[] = {
		{ "{\"first_name\":\"A\",\"campaign_id\":1}",
		  "Missing required fields: last_name, email_address" },
		{ "{\"campaign_id\":null,\"email_address\":\"\","
		  "\"last_name\":\"  \",\"first_name\":null}",
		  "Missing required fields: first_name, last_name, "
		  "email_address, campaign_id" },
		{ "{\"x\":1}", "Missing required fields: first_name, "
		  "last_name, email_address, campaign_id" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct answer	*a = CALL(.path = "/signups",
				    .body = t[i].body);

		expect_problem(a, 400, "missing_fields");
		expect_text(a, "error", t[i].error);
	}
}

Test(signups, an_empty_object_is_no_payload)
{
	static const char *const none[] = { "{}", "[]", "null", "x", " " };

	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		struct answer	*a = CALL(.path = "/signups",
				    .body = none[i]);

		expect_problem(a, 400, "invalid_json");
		expect_text(a, "error", "Invalid or empty JSON payload");
	}
}

Test(signups, an_unknown_campaign_is_404_and_stores_nothing)
{
	struct answer	*a = CALL(.path = "/signups", .body =
			    "{\"first_name\":\"U\",\"last_name\":\"Unknown\","
			    "\"email_address\":\"unknown@example.org\","
			    "\"campaign_id\":99999}");

	expect_problem(a, 404, "not_found");
	expect_text(a, "error", "Campaign with ID 99999 not found.");
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "email_address = 'unknown@example.org'"), 0);
}

Test(signups, every_bad_field_is_named_at_once_and_nothing_stored)
{
	struct answer	*a = CALL(.path = "/signups", .body =
			    "{\"first_name\":\"a\\u0007b\",\"last_name\":7,"
			    "\"email_address\":\"bad@\",\"campaign_id\":1.5,"
			    "\"interests\":{\"agreed_to_emails\":\"perhaps\"},"
			    "\"interaction_type\":{}}");

	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "first_name", "invalid_text");
	expect_names(a, "last_name", "invalid_type");
	expect_names(a, "email_address", "invalid_email");
	expect_names(a, "campaign_id", "invalid_integer");
	expect_names(a, "interests.agreed_to_emails", "invalid_boolean");
	expect_names(a, "interaction_type", "invalid_type");
	cr_expect_eq(length_at(a, "errors"), 6);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "email_address LIKE 'bad@%%'"), 0);
}

Test(signups, too_long_values_are_named)
{
	char		 name[257];
	struct answer	*a;

	memset(name, 'n', 256);
	name[256] = '\0';
	a = CALL(.path = "/signups", .body = arena_printf(&memory,
	    "{\"first_name\":\"%s\",\"last_name\":\"Long\",\"email_address\":"
	    "\"long@example.org\",\"campaign_id\":1}", name));
	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "first_name", "too_long");
	a = CALL(.path = "/signups", .body = arena_printf(&memory,
	    "{\"first_name\":\"%s\",\"last_name\":\"Long\",\"email_address\":"
	    "\"long@example.org\",\"campaign_id\":1}", name + 1));
	expect_status(a, 201);
}

Test(signups, an_optional_text_of_255_characters_costs_nothing)
{
	static const char *const fields[] = {
		"phone_number", "middle_name", "interaction_type"
	};
	char		 text[257];
	struct answer	*a;

	memset(text, 'x', 256);
	text[256] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		a = CALL(.path = "/signups", .body = arena_printf(&memory,
		    "{\"first_name\":\"Very\",\"last_name\":\"Long\","
		    "\"email_address\":\"verylong@example.org\","
		    "\"campaign_id\":1,\"%s\":\"%s\"}", fields[i], text + 1));
		expect_status(a, 201);
		a = CALL(.path = "/signups", .body = arena_printf(&memory,
		    "{\"first_name\":\"Very\",\"last_name\":\"Long\","
		    "\"email_address\":\"verylong@example.org\","
		    "\"campaign_id\":1,\"%s\":\"%s\"}", fields[i], text));
		expect_problem(a, 400, "invalid_fields");
		expect_names(a, fields[i], "too_long");
	}
	cr_expect_eq(sql_number("SELECT count(*) FROM voters v "
	    "JOIN interactions i USING (voter_id) "
	    "WHERE v.email_address = 'verylong@example.org' "
	    "AND v.phone_number = '%s' AND v.middle_name = '%s' "
	    "AND i.interaction_type = '%s'", text + 1, text + 1, text + 1), 1);
}

/* What GET shows, PATCH takes back. */
Test(signups, the_longest_notes_fit_their_interaction)
{
	char		 notes[10001];
	struct answer	*a, *b;
	const char	*path;

	memset(notes, 'x', 10000);
	notes[10000] = '\0';
	a = CALL(.path = "/signups", .body = arena_printf(&memory,
	    "{\"first_name\":\"Long\",\"last_name\":\"Notes\","
	    "\"email_address\":\"notes@example.org\",\"campaign_id\":1,"
	    "\"notes\":\"%s\",\"interests\":{\"wants_to_endorse\":true,"
	    "\"wants_to_get_involved\":true}}", notes));
	assert_status(a, 201);
	path = arena_printf(&memory, "/interactions/%lld",
	    (long long)number_at(a, "interaction_id"));
	b = CALL(.method = "GET", .path = path, .token = ADMIN);
	cr_expect_not_null(strstr(text_at(b, "notes"), "Get Involved."));
	a = CALL(.method = "PATCH", .path = path, .token = ADMIN,
	    .body = arena_printf(&memory, "{\"notes\":\"%s\"}",
	    text_at(b, "notes")));
	expect_status(a, 200);
}

Test(signups, a_campaign_id_may_be_a_text_or_have_a_zero_fraction)
{
	static const char *const ids[] = { "3.0", "\"3\"", "3" };

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		expect_status(CALL(.path = "/signups", .body =
		    arena_printf(&memory, "{\"first_name\":\"I\","
		    "\"last_name\":\"Id\",\"email_address\":"
		    "\"id@example.org\",\"campaign_id\":%s}", ids[i])), 201);
}

Test(signups, finds_by_email_without_case_and_fills_blanks_only)
{
	int64_t		 id = sql_number("INSERT INTO voters (first_name, "
			    "last_name, email_address) VALUES ('Old', 'Name', "
			    "'finder@example.org') RETURNING voter_id");
	struct answer	*a = CALL(.path = "/signups", .body =
			    "{\"first_name\":\"New\",\"last_name\":\"Other\","
			    "\"middle_name\":\"M\",\"email_address\":"
			    "\"FINDER@example.ORG\",\"phone_number\":"
			    "\"(919) 555-0142\",\"campaign_id\":2}");

	assert_status(a, 201);
	expect_number(a, "voter_id", id);
	cr_expect_str_eq(of_voter(a, "first_name || last_name"), "OldName");
	cr_expect_str_eq(of_voter(a, "middle_name"), "M");
	cr_expect_str_eq(of_voter(a, "phone_number"), "+19195550142");
	/* What is there stays. */
	CALL(.path = "/signups", .body =
	    "{\"first_name\":\"New\",\"last_name\":\"Other\",\"middle_name\":"
	    "\"X\",\"email_address\":\"finder@example.org\","
	    "\"phone_number\":\"919-555-0143\",\"campaign_id\":2}");
	cr_expect_str_eq(of_voter(a, "middle_name"), "M");
	cr_expect_str_eq(of_voter(a, "phone_number"), "+19195550142");
}

Test(signups, finds_by_phone_in_any_spelling)
{
	struct answer	*a = CALL(.path = "/signups", .body =
			    "{\"first_name\":\"P\",\"last_name\":\"Phone\","
			    "\"email_address\":\"phone1@example.org\","
			    "\"phone_number\":\"+1 (984) 555-0100\","
			    "\"campaign_id\":3}");
	struct answer	*b = CALL(.path = "/signups", .body =
			    "{\"first_name\":\"P\",\"last_name\":\"Phone\","
			    "\"email_address\":\"phone2@example.org\","
			    "\"phone_number\":\"984.555.0100\","
			    "\"campaign_id\":3}");

	assert_status(a, 201);
	assert_status(b, 201);
	expect_number(b, "voter_id", number_at(a, "voter_id"));
	cr_expect_str_eq(of_voter(a, "email_address"), "phone1@example.org");
}

Test(signups, unknown_keys_are_ignored)
{
	struct answer	*a = CALL(.path = "/signups", .body =
			    "{\"first_name\":\"K\",\"last_name\":\"Keys\","
			    "\"email_address\":\"keys@example.org\","
			    "\"campaign_id\":3,\"utm_source\":\"mail\","
			    "\"list\":[1,{\"a\":2}],\"interests\":"
			    "{\"yard_sign\":true,\"agreed_to_emails\":false}}");

	assert_status(a, 201);
	cr_expect_str_eq(of_voter(a, "custom_fields #>> "
	    "'{interests,yard_sign}'"), "true");
	cr_expect_str_eq(sql("SELECT granted FROM consents WHERE voter_id = "
	    "%lld AND channel = 'email'", (long long)number_at(a,
	    "voter_id")), "f");
}

/* A stranger does not make a voter grow without end, in one post or in many. */
Test(signups, interests_have_a_limit)
{
	char		*wish = memset(arena_alloc(&memory, 9001), 'x', 9001);
	struct answer	*a = NULL;

	wish[9000] = '\0';
	for (int i = 0; i < 12; i++)
		a = CALL(.path = "/signups", .body = arena_printf(&memory,
		    "{\"first_name\":\"G\",\"last_name\":\"Grows\","
		    "\"email_address\":\"grows@example.org\","
		    "\"campaign_id\":3,\"interests\":{\"wish%d\":"
		    "\"%s\"}}", i, wish));
	assert_status(a, 201);
	cr_expect(sql_number("SELECT length(custom_fields::text) FROM voters "
	    "WHERE email_address = 'grows@example.org'") < 70000);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "custom_fields -> 'interests' ? 'wish11' AND "
	    "email_address = 'grows@example.org'"), 1);
	a = CALL(.path = "/signups", .type =
	    "application/x-www-form-urlencoded", .body = arena_printf(
	    &memory, "first_name=G&last_name=Grows&email_address="
	    "grows@example.org&campaign_id=3&interests[a]=%s&interests[b]=%s",
	    wish, wish));
	expect_status(a, 400);
	expect_names(a, "interests", "too_long");
}

Test(signups, json_is_parsed_whatever_the_type_says)
{
	static const char *const types[] = { "text/plain", "",
				    "application/octet-stream" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		expect_status(CALL(.path = "/signups", .type = types[i],
		    .body = "{\"first_name\":\"T\",\"last_name\":\"Type\","
		    "\"email_address\":\"type@example.org\","
		    "\"campaign_id\":3}"), 201);
}

Test(signups, a_form_is_as_good_as_json)
{
	struct answer	*a = CALL(.path = "/signups", .type = FORM, .body =
			    "first_name=F%C3%BC&last_name=Form&email_address="
			    "form%40example.org&campaign_id=3&phone_number=&"
			    "interests%5Bwants_to_endorse%5D=on&"
			    "interests[agreed_to_emails]=yes&utm=1");

	assert_status(a, 201);
	cr_assert(a->json != NULL, "JSON without a wish for HTML");
	cr_expect_str_eq(of_voter(a, "first_name"), "F\xc3\xbc");
	cr_expect_str_eq(interaction(a, "notes"),
	    "Expressed interest: Endorse.");
	cr_expect_str_eq(sql("SELECT granted FROM consents WHERE voter_id = "
	    "%lld", (long long)number_at(a, "voter_id")), "t");
}

Test(signups, so_is_a_multipart_form)
{
	struct answer	*a = CALL(.path = "/signups",
	    .type = "multipart/form-data; boundary=\"x y\"", .body =
	    "--x y\r\nContent-Disposition: form-data; name=\"first_name\"\r\n"
	    "\r\nMulti\r\n--x y\r\nContent-Disposition: form-data; "
	    "name=\"last_name\"\r\n\r\nPart\r\n--x y\r\n"
	    "Content-Disposition: form-data; name=\"email_address\"\r\n\r\n"
	    "multi@example.org\r\n--x y\r\nContent-Disposition: form-data; "
	    "name=\"campaign_id\"\r\n\r\n3\r\n--x y\r\nContent-Disposition: "
	    "form-data; name=\"photo\"; filename=\"a.png\"\r\n\r\n\x89PNG\r\n"
	    "--x y--\r\n");

	assert_status(a, 201);
	cr_expect_str_eq(of_voter(a, "first_name || last_name"), "MultiPart");
}

Test(signups, broken_forms_are_400)
{
	static const struct { const char *type, *body; } bad[] = {
		{ FORM, "first_name=%zz" }, { FORM, "first_name=%ff" },
		{ FORM, "first_name=%00" }, { FORM, "" },
		{ "multipart/form-data", "--x--" },
		{ "multipart/form-data; boundary=", "--x--" },
		{ "multipart/form-data; boundary=x", "nonsense" },
		{ "multipart/form-data; boundary=x", "--x\r\n" },
		{ "multipart/form-data; boundary=x",
		  "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx" },
		{ "multipart/form-data; boundary=x", "--x--\r\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct answer	*a = CALL(.path = "/signups",
				    .type = bad[i].type, .body = bad[i].body);

		cr_expect_eq(a->status, 400, "row %zu: %d %s", i, a->status,
		    a->body);
		cr_expect_neq(*text_at(a, "code"), '\0', "%s", a->body);
	}
}

#define BROWSER	LIST("Accept: text/html,application/xhtml+xml,*/*;q=0.8")

Test(signups, a_browser_is_sent_where_the_campaign_wants)
{
	struct answer	*a = CALL(.path = "/signups", .type = FORM,
			    .headers = BROWSER, .body =
			    "first_name=B&last_name=Browser&email_address="
			    "browser%40example.org&campaign_id=1&"
			    "redirect=https://evil.example.org&"
			    "signup_redirect_url=https://evil.example.org");

	expect_status(a, 303);
	expect_header(a, "Location", "https://own.example.org/thanks");
}

Test(signups, a_browser_is_thanked_where_there_is_no_page)
{
	struct answer	*a = CALL(.path = "/signups", .type = FORM,
			    .headers = BROWSER, .body =
			    "first_name=B&last_name=Browser&email_address="
			    "browser2%40example.org&campaign_id=3&next=//evil");

	expect_status(a, 201);
	expect_header(a, "Content-Type", "text/html; charset=utf-8");
	cr_expect(strstr(a->body, "Thank you") != NULL);
	cr_expect(header(a, "Location") == NULL);
}

Test(signups, a_browsers_error_is_a_page_with_the_same_status)
{
	struct answer	*a = CALL(.path = "/signups", .type = FORM,
			    .headers = BROWSER,
			    .body = "first_name=<script>&campaign_id=1");
	struct answer	*b = CALL(.path = "/signups", .type = FORM,
			    .headers = BROWSER, .body =
			    "first_name=B&last_name=Browser&email_address="
			    "b3%40example.org&campaign_id=99999");

	expect_status(a, 400);
	expect_header(a, "Content-Type", "text/html; charset=utf-8");
	cr_expect(strstr(a->body, "last_name, email_address") != NULL);
	cr_expect(strstr(a->body, "<script>") == NULL);
	expect_status(b, 404);
	cr_expect(strstr(b->body, "Campaign with ID 99999 not found.") !=
	    NULL);
}

Test(signups, a_filled_honeypot_looks_like_success_and_stores_nothing)
{
	int64_t		 before = sql_number("SELECT count(*) FROM voters "
			    "WHERE last_name = 'Robot'");
	struct answer	*a = CALL(.path = "/signups", .body =
			    "{\"first_name\":\"R\",\"last_name\":\"Robot\","
			    "\"email_address\":\"robot@example.org\","
			    "\"campaign_id\":1,\"website\":\"http://spam\"}");
	struct answer	*b = CALL(.path = "/signups", .type = FORM, .body =
			    "first_name=R&last_name=Robot&email_address="
			    "robot%40example.org&campaign_id=1&website=x");
	struct answer	*c = CALL(.path = "/signups", .type = FORM, .body =
			    "first_name=R&last_name=Human&email_address="
			    "human%40example.org&campaign_id=3&website=");

	expect_status(a, 201);
	expect_text(a, "message", "Signup processed successfully.");
	cr_expect_gt(number_at(a, "voter_id"), 0);
	cr_expect_gt(number_at(a, "interaction_id"), 0);
	expect_status(b, 201);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "last_name = 'Robot'"), before);
	expect_status(c, 201);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "last_name = 'Human' AND voter_id = %lld",
	    (long long)number_at(c, "voter_id")), 1);
}

Test(signups, a_token_is_neither_wanted_nor_looked_at)
{
	expect_status(CALL(.path = "/signups", .token = EXPIRED, .body =
	    "{\"first_name\":\"T\",\"last_name\":\"Token\","
	    "\"email_address\":\"token@example.org\",\"campaign_id\":3}"),
	    201);
}
