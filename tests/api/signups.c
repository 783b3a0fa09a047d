/* Signups as JSON; forms and browsers are in signup_forms.c. */
#include <criterion/criterion.h>

#include "signups.h"
#include "sql.h"

const char *
interaction_column(const struct answer *a, const char *column)
{
	return sql("SELECT %s FROM interactions WHERE interaction_id = %lld",
	    column, (long long)number_at(a, "interaction_id"));
}

const char *
voter_column(const struct answer *a, const char *column)
{
	return sql("SELECT %s FROM voters WHERE voter_id = %lld", column,
	    (long long)number_at(a, "voter_id"));
}

/* As the website's script sends it: null for fields that are not filled in. */
Test(signups, json_creates_a_voter_and_an_interaction)
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

	cr_expect_str_eq(voter_column(a, "email_address"), "ana@example.org");
	cr_expect_str_eq(voter_column(a, "last_name"),
	    "N\xc3\xba\xc3\xb1" "ez");
	cr_expect_str_eq(voter_column(a, "source_campaign_id"), "1");
	cr_expect_str_eq(interaction_column(a, "interaction_type"),
	    "ContactForm");
	cr_expect_str_eq(interaction_column(a, "outcome"), "Signed Up");
	cr_expect_str_eq(interaction_column(a, "campaign_id"), "1");
	cr_expect_str_eq(interaction_column(a, "notes"),
	    "Signed up via website form. Expressed interest: Endorse.");
	cr_expect_eq(sql_number("SELECT count(*) FROM campaign_voters WHERE "
	    "voter_id = %lld AND campaign_id = 1",
	    (long long)number_at(a, "voter_id")), 1);
	cr_expect_str_eq(sql("SELECT string_agg(channel || granted || source, "
	    "',' ORDER BY consent_id) FROM (SELECT * FROM consents WHERE "
	    "voter_id = %lld ORDER BY consent_id LIMIT 2) c",
	    (long long)number_at(a, "voter_id")),
	    "smstrueContactForm,emailtrueContactForm");
}

static const struct { const char *interests, *notes, *wanted; } note_rows[] = {
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

Test(signups, notes_and_interests_are_joined_by_one_space)
{
	for (size_t i = 0; i < ARRAY_LEN(note_rows); i++) {
		struct answer	*a = CALL(.path = "/signups",
				    .body = arena_printf(&memory,
				    "{\"first_name\":\"R\",\"last_name\":"
				    "\"Remark\",\"email_address\":"
				    "\"remark%zu@example.org\",\"campaign_id\""
				    ":3,\"interests\":{%s}%s}", i,
				    note_rows[i].interests,
				    note_rows[i].notes));

		assert_status(a, 201);
		cr_expect_str_eq(interaction_column(a, "notes"),
		    note_rows[i].wanted);
		cr_expect_str_eq(interaction_column(a, "interaction_type"),
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

Test(signups, an_empty_object_is_not_a_payload)
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

Test(signups, all_bad_fields_are_named_and_nothing_is_stored)
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

/* The texts of a signup and their maximum lengths in characters. */
static const struct { const char *field; size_t max; } lengths[] = {
	{ "first_name", 255 }, { "last_name", 255 }, { "middle_name", 255 },
	{ "phone_number", 255 }, { "interaction_type", 255 },
	{ "notes", 10000 },
};

/* Send a signup whose field has n characters of two bytes each. */
static struct answer *
long_signup(const char *field, size_t n)
{
	char	*text = arena_alloc(&memory, 2 * n + 1);

	for (size_t i = 0; i < n; i++)
		memcpy(text + 2 * i, "\xc3\xbc", 2);
	text[2 * n] = '\0';
	return CALL(.path = "/signups", .body = arena_printf(&memory,
	    "{%s%s\"email_address\":\"long%s@example.org\",\"campaign_id\":1,"
	    "\"interests\":{\"agreed_to_emails\":true},\"%s\":\"%s\"}",
	    strcmp(field, "first_name") == 0 ? "" : "\"first_name\":\"L\",",
	    strcmp(field, "last_name") == 0 ? "" : "\"last_name\":\"Long\",",
	    field, field, text));
}

Test(signups, texts_are_limited_to_255_characters_and_notes_to_10000)
{
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct answer	*a = long_signup(lengths[i].field,
				    lengths[i].max + 1);

		expect_problem(a, 400, "invalid_fields");
		expect_names(a, lengths[i].field, "too_long");
		a = long_signup(lengths[i].field, lengths[i].max);
		cr_expect_eq(a->status, 201, "%s: %d %s", lengths[i].field,
		    a->status, a->body);
		if (i < 4)
			cr_expect_str_eq(sql("SELECT length(%s) FROM voters "
			    "WHERE voter_id = %lld", lengths[i].field,
			    (long long)number_at(a, "voter_id")), "255");
	}
}

/* Optional fields of the wrong type. */
static const struct { const char *json, *field; } wrong_types[] = {
	{ "\"phone_number\":9195550142", "phone_number" },
	{ "\"phone_number\":[]", "phone_number" },
	{ "\"middle_name\":{}", "middle_name" },
	{ "\"notes\":[\"a\"]", "notes" },
	{ "\"interaction_type\":true", "interaction_type" },
	{ "\"interests\":\"all\"", "interests" },
	{ "\"interests\":[]", "interests" },
	{ "\"interests\":{\"wants_to_endorse\":7}",
	  "interests.wants_to_endorse" },
	{ "\"website\":7", "website" },
};

Test(signups, values_of_the_wrong_type_are_named)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong_types); i++) {
		struct answer	*a = CALL(.path = "/signups",
				    .body = arena_printf(&memory,
				    "{\"first_name\":\"W\",\"last_name\":"
				    "\"Wrong\",\"email_address\":"
				    "\"wrong@example.org\",\"campaign_id\":1,"
				    "%s}", wrong_types[i].json));

		expect_problem(a, 400, "invalid_fields");
		expect_names(a, wrong_types[i].field, "invalid_type");
		cr_expect_eq(length_at(a, "errors"), 1, "%s", a->body);
	}
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

/* PATCH accepts what GET returns. */
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

Test(signups, a_campaign_id_may_be_a_string_or_have_a_zero_fraction)
{
	static const char *const ids[] = { "3.0", "\"3\"", "3" };

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		expect_status(CALL(.path = "/signups", .body =
		    arena_printf(&memory, "{\"first_name\":\"I\","
		    "\"last_name\":\"Id\",\"email_address\":"
		    "\"id@example.org\",\"campaign_id\":%s}", ids[i])), 201);
}

Test(signups, an_email_address_finds_a_voter_and_fills_blanks_only)
{
	int64_t		 id = sql_number("INSERT INTO voters (first_name, "
			    "last_name, email_address) VALUES ('Old', 'Name', "
			    "'finder@example.org') RETURNING voter_id");
	const char	*body = "{\"first_name\":\"New\",\"last_name\":"
			    "\"Other\",\"middle_name\":\"M\","
			    "\"email_address\":\"FINDER@example.ORG\","
			    "\"phone_number\":\"(919) 555-0142\","
			    "\"campaign_id\":2}";
	struct answer	*a;

	sql("INSERT INTO campaign_voters (campaign_id, voter_id) "
	    "SELECT 2, voter_id FROM voters "
	    "WHERE email_address = 'finder@example.org'");
	a = CALL(.path = "/signups", .body = body);
	assert_status(a, 201);
	expect_number(a, "voter_id", id);
	cr_expect_str_eq(voter_column(a, "first_name || last_name"), "OldName");
	cr_expect_str_eq(voter_column(a, "middle_name"), "M");
	cr_expect_str_eq(voter_column(a, "phone_number"), "+19195550142");
	/* Values that are not blank stay. */
	CALL(.path = "/signups", .body =
	    "{\"first_name\":\"New\",\"last_name\":\"Other\",\"middle_name\":"
	    "\"X\",\"email_address\":\"finder@example.org\","
	    "\"phone_number\":\"919-555-0143\",\"campaign_id\":2}");
	cr_expect_str_eq(voter_column(a, "middle_name"), "M");
	cr_expect_str_eq(voter_column(a, "phone_number"), "+19195550142");
}

Test(signups, a_phone_number_in_any_format_finds_a_voter)
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
	cr_expect_str_eq(voter_column(a, "email_address"),
	    "phone1@example.org");
}

/* What people enter instead of a phone number. */
static const char *const not_numbers[] = {
	"ask me", "none", "N/A", "555-0100", "12345", "+", "+0123456789",
	"919-555-0142 ext. 7", "(919) 155-0142",
};

Test(signups, text_that_is_not_a_phone_number_finds_nobody)
{
	for (size_t i = 0; i < ARRAY_LEN(not_numbers); i++) {
		struct answer	*a[2];

		for (int k = 0; k < 2; k++) {
			a[k] = CALL(.path = "/signups", .body = arena_printf(
			    &memory, "{\"first_name\":\"S%d\",\"last_name\":"
			    "\"Stranger\",\"email_address\":"
			    "\"stranger%zu.%d@example.org\",\"phone_number\":"
			    "\"%s\",\"campaign_id\":3}", k, i, k,
			    not_numbers[i]));
			assert_status(a[k], 201);
			cr_expect_str_eq(voter_column(a[k], "phone_number"),
			    not_numbers[i]);
		}
		cr_expect_neq(number_at(a[0], "voter_id"),
		    number_at(a[1], "voter_id"), "%s", not_numbers[i]);
	}
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
	cr_expect_str_eq(voter_column(a, "custom_fields #>> "
	    "'{interests,yard_sign}'"), "true");
	cr_expect_str_eq(sql("SELECT granted FROM consents WHERE voter_id = "
	    "%lld AND channel = 'email'", (long long)number_at(a,
	    "voter_id")), "f");
}

/* Strangers cannot store unlimited data, neither in one request nor in many. */
Test(signups, interests_are_limited_in_size)
{
	char		*text = memset(arena_alloc(&memory, 9001), 'x', 9001);
	struct answer	*a = NULL;

	text[9000] = '\0';
	for (int i = 0; i < 12; i++)
		a = CALL(.path = "/signups", .body = arena_printf(&memory,
		    "{\"first_name\":\"G\",\"last_name\":\"Grows\","
		    "\"email_address\":\"grows@example.org\","
		    "\"campaign_id\":3,\"interests\":{\"wish%d\":"
		    "\"%s\"}}", i, text));
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
	    text, text));
	expect_status(a, 400);
	expect_names(a, "interests", "too_long");
}

Test(signups, json_is_parsed_with_any_content_type)
{
	static const char *const types[] = { "text/plain", "",
				    "application/octet-stream" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		expect_status(CALL(.path = "/signups", .type = types[i],
		    .body = "{\"first_name\":\"T\",\"last_name\":\"Type\","
		    "\"email_address\":\"type@example.org\","
		    "\"campaign_id\":3}"), 201);
}

Test(signups, an_authorization_header_is_ignored)
{
	expect_status(CALL(.path = "/signups", .token = EXPIRED, .body =
	    "{\"first_name\":\"T\",\"last_name\":\"Token\","
	    "\"email_address\":\"token@example.org\",\"campaign_id\":3}"),
	    201);
}

/* Return what proves the voter's last consent. */
static const char *
proof(const struct answer *a)
{
	return sql("SELECT concat_ws('|', coalesce(page_url, '-'), "
	    "coalesce(user_agent, '-'), coalesce(wording, '-')) FROM consents "
	    "WHERE voter_id = %lld ORDER BY consent_id DESC LIMIT 1",
	    (long long)number_at(a, "voter_id"));
}

#define PROVEN	"\"first_name\":\"P\",\"last_name\":\"Proof\"," \
		"\"campaign_id\":3,\"interests\":{\"agreed_to_emails\":true}," \
		"\"email_address\":"

Test(signups, consents_keep_page_user_agent_and_wording)
{
	const char	*agent = memset(arena_zalloc(&memory, 1501), 'u',
			    1500);
	struct answer	*a;

	a = CALL(.path = "/signups", .body = "{" PROVEN
	    "\"proof1@example.org\",\"page_url\":"
	    "\"https://own.example.org/join?x=1\",\"consent_text\":"
	    "\"I agree to\\ne-mails.\"}", .headers = LIST(
	    "Referer: https://own.example.org/", "User-Agent: Test/1.0"));
	assert_status(a, 201);
	cr_expect_str_eq(proof(a), "https://own.example.org/join?x=1|Test/1.0|"
	    "I agree to\ne-mails.");
	a = CALL(.path = arena_printf(&memory, "/voters/%lld/consents",
	    (long long)number_at(a, "voter_id")), .token = ADMIN);
	expect_text(a, "consents.0.page_url",
	    "https://own.example.org/join?x=1");
	expect_text(a, "consents.0.user_agent", "Test/1.0");
	expect_text(a, "consents.0.wording", "I agree to\ne-mails.");

	a = CALL(.path = "/signups", .type = FORM, .body =
	    "first_name=P&last_name=Proof&email_address=proof2%40example.org&"
	    "campaign_id=3&interests[agreed_to_emails]=on&consent_text=Yes",
	    .headers = LIST("Referer: https://own.example.org/form",
	    "User-Agent: Test/2.0"));
	cr_expect_str_eq(proof(a), "https://own.example.org/form|Test/2.0|Yes");
	/* A bad header field does not prevent the signup. */
	a = CALL(.path = "/signups", .body = "{" PROVEN
	    "\"proof3@example.org\",\"page_url\":\"no address\"}",
	    .headers = LIST(arena_printf(&memory, "User-Agent: %s", agent)));
	assert_status(a, 201);
	cr_expect_str_eq(proof(a), arena_printf(&memory, "no address|%.1024s|-",
	    agent));
	a = PROGRAM(.path = "/signups", .body = "{" PROVEN
	    "\"proof4@example.org\"}", .env = LIST("HTTP_REFERER=\xff\xfe",
	    "HTTP_USER_AGENT=a\x01" "b"));
	assert_status(a, 201);
	cr_expect_str_eq(proof(a), "-|-|-");
	expect_names(CALL(.path = "/signups", .body = "{" PROVEN
	    "\"proof5@example.org\",\"page_url\":7,\"consent_text\":[]}"),
	    "consent_text", "invalid_type");
}
