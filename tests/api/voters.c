/* Voters: creating, reading, changing and deleting them, by role. */
#include <criterion/criterion.h>

#include "call.h"
#include "people/voter.h"
#include "sql.h"

static const char *
path_of(int64_t id)
{
	return arena_printf(&memory, "/voters/%lld", (long long)id);
}

/* A value for every column. */
static const char	 every_column[] =
    "{\"first_name\":\"Whole\",\"middle_name\":"
    "\"M\",\"last_name\":\"Voter\",\"suffix\":\"Jr\",\"date_of_birth\":"
    "\"1980-02-29\",\"birth_year\":1980,\"gender\":\"F\",\"street_address\":"
    "\"1 Main St\",\"city\":\"Raleigh\",\"state\":\"NC\",\"zip_code\":"
    "\"276011234\",\"county\":\"Wake\",\"precinct\":\"01-02\","
    "\"phone_number\":\"(919) 555-0199\",\"email_address\":"
    "\"Whole@Example.org\",\"employer\":\"E\",\"occupation\":\"O\","
    "\"contact_email\":true,\"contact_phone\":false,\"contact_mail\":null,"
    "\"contact_sms\":true,\"registration_status\":\"active\","
    "\"voter_registration_id\":\"AB-1\",\"registration_state\":\"NC\","
    "\"registration_date\":\"2001-09-11\",\"party_affiliation\":\"UNA\","
    "\"engagement_score\":-3,\"last_contacted_date\":"
    "\"2020-01-31T09:30:00.5+02:00\",\"preferred_contact_method\":\"mail\","
    "\"custom_fields\":{\"shirt\":\"XL\",\"n\":[1,null]},"
    "\"source_campaign_id\":2,\"tags\":[\"donor\",\"a \\\"b\\\"\"],"
    "\"campaign_id\":1}";

Test(voters, every_column_round_trips)
{
	struct answer	*a = CALL(.path = "/voters", .token = ADMIN,
			    .body = every_column);
	struct answer	*b;

	assert_status(a, 201);
	expect_text(a, "zip_code", "27601-1234");
	expect_text(a, "phone_number", "+19195550199");
	expect_text(a, "email_address", "whole@example.org");
	expect_text(a, "date_of_birth", "1980-02-29");
	expect_number(a, "engagement_score", -3);
	expect_text(a, "last_contacted_date", "2020-01-31T07:30:00.5Z");
	expect_text(a, "registration_status", "Active");
	expect_text(a, "custom_fields.shirt", "XL");
	expect_text(a, "tags.1", "a \"b\"");
	expect_number(a, "source_campaign_id", 2);
	cr_expect(is_null_at(a, "contact_mail"));
	cr_expect(json_object_get_boolean(at(a, "contact_email")));
	cr_expect(at(a, "campaign_id") == NULL);
	for (size_t i = 0; i < voter_schema.n; i++)
		cr_expect(at(a, voter_schema.field[i].name) != NULL ||
		    is_null_at(a, voter_schema.field[i].name), "%s",
		    voter_schema.field[i].name);
	cr_expect_eq(json_object_object_length(a->json),
	    (int)voter_schema.n);
	expect_header(a, "Location", arena_printf(&memory, "/api/v1%s",
	    path_of(number_at(a, "voter_id"))));
	b = CALL(.path = path_of(number_at(a, "voter_id")), .token = EDITOR);
	expect_status(b, 200);
	cr_expect_str_eq(b->body, a->body);

	/* A client may send back the whole response of a GET. */
	b = CALL(.method = "PUT", .path = path_of(number_at(a, "voter_id")),
	    .token = EDITOR, .body = a->body);
	expect_status(b, 200);
	cr_expect_str_eq(b->body, a->body, "and changes nothing");
}

Test(voters, only_given_keys_change_and_null_clears)
{
	int64_t		 id = voter("Change", "Keys");
	struct answer	*a;

	sql("UPDATE voters SET city = 'Cary', county = 'Wake' "
	    "WHERE voter_id = %lld", (long long)id);
	a = CALL(.method = "PUT", .path = path_of(id), .token = EDITOR,
	    .body = "{\"city\":null,\"tags\":[\"x\"]}");
	expect_status(a, 200);
	cr_expect(is_null_at(a, "city"));
	expect_text(a, "county", "Wake");
	expect_text(a, "tags.0", "x");
	a = CALL(.method = "PATCH", .path = path_of(id), .token = EDITOR,
	    .body = "{\"city\":\"\"}");
	cr_expect(is_null_at(a, "city"));
	/* An empty change is valid. */
	expect_status(CALL(.method = "PATCH", .path = path_of(id),
	    .token = EDITOR, .body = "{}"), 200);
}

Test(voters, required_fields_cannot_be_cleared)
{
	int64_t		 id = voter("Required", "Fields");
	struct answer	*a = CALL(.method = "PUT", .path = path_of(id),
			    .token = EDITOR, .body = "{\"last_name\":null,"
			    "\"first_name\":\" \",\"engagement_score\":null}");

	expect_problem(a, 400, "missing_fields");
	expect_names(a, "last_name", "required");
	expect_names(a, "first_name", "required");
	expect_names(a, "engagement_score", "required");
	cr_expect_str_eq(sql("SELECT first_name FROM voters WHERE "
	    "voter_id = %lld", (long long)id), "Required");
}

Test(voters, all_bad_fields_are_named_and_nothing_is_stored)
{
	struct answer	*a = CALL(.path = "/voters", .token = ADMIN, .body =
			    "{\"first_name\":\"Nope\",\"email_address\":\"x\","
			    "\"date_of_birth\":\"2999-01-01\",\"birth_year\":"
			    "\"old\",\"contact_email\":\"yes\",\"tags\":[7],"
			    "\"shoe_size\":43,\"campaign_id\":\"x\","
			    "\"registration_status\":\"Dead\"}");

	cr_expect_eq(a->status, 400);
	expect_names(a, "last_name", "required");
	expect_names(a, "email_address", "invalid_email");
	expect_names(a, "date_of_birth", "in_the_future");
	expect_names(a, "birth_year", "invalid_integer");
	expect_names(a, "contact_email", "invalid_type");
	expect_names(a, "tags", "invalid_type");
	expect_names(a, "shoe_size", "unknown_field");
	expect_names(a, "campaign_id", "invalid_integer");
	expect_names(a, "registration_status", "invalid_choice");
	cr_expect_eq(length_at(a, "errors"), 9);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "first_name = 'Nope'"), 0);
}

/* Line breaks and tabs are white space and allowed. */
Test(voters, control_characters_in_names_are_400)
{
	static const char *const bad[] = {
		"\\u0000", "\\u0001", "\\u0007", "\\b", "\\u000b", "\\f",
		"\\u001b", "\\u007f", "\\u0080", "\\u009f",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct answer	*a = CALL(.path = "/voters", .token = ADMIN,
				    .body = arena_printf(&memory,
				    "{\"first_name\":\"A\",\"last_name\":"
				    "\"a%sb\"}", bad[i]));

		expect_problem(a, 400, "invalid_fields");
		expect_names(a, "last_name", "invalid_text");
	}
}

/* JSON that PostgreSQL cannot store must not cause a 500. */
Test(voters, odd_values_are_stored_or_refused_without_500)
{
	static const struct { const char *member; int status; } t[] = {
		{ "\"custom_fields\":{\"a\":\"\\u0000\"}", 400 },
		{ "\"custom_fields\":{\"a\":1e400}", 201 },
		{ "\"custom_fields\":{\"a\":1e999999}", 400 },
		{ "\"custom_fields\":{\"a\":123456789012345678901234567890}",
		  400 },
		{ "\"custom_fields\":{\"\":1}", 201 },
		{ "\"custom_fields\":{\"a\\u0000b\":1}", 400 },
		{ "\"custom_fields\":{\"a\":\"\\ud800\"}", 0 },
		{ "\"city\":\"\\ud800\"", 0 },
		{ "\"city\":\"\\ufffe\\uffff\"", 201 },
		{ "\"city\":\"\\ud83d\\ude00\"", 201 },
		{ "\"engagement_score\":9223372036854775808", 400 },
		{ "\"engagement_score\":99999999999999999999999", 400 },
		{ "\"engagement_score\":-2147483647", 201 },
		{ "\"source_campaign_id\":99999", 400 },
		{ "\"source_campaign_id\":0", 400 },
		{ "\"campaign_id\":99999", 400 },
		{ "\"campaign_id\":-1", 400 },
		{ "\"email_address\":\"\xc3\x84@m\xc3\x9cller.de\"", 0 },
		{ "\"last_contacted_date\":\"0001-01-01T00:00:00+14:00\"", 0 },
		{ "\"date_of_birth\":\"0001-01-01\"", 201 },
		{ "\"tags\":[\"{\",\"}\",\",\",\"\\\\\",\"null\"]", 201 },
		{ "\"suffix\":\"';DROP TABLE voters;--\"", 400 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct answer	*a = CALL(.path = "/voters", .token = ADMIN,
				    .body = arena_printf(&memory,
				    "{\"first_name\":\"Odd\",\"last_name\":"
				    "\"Value\",%s}", t[i].member));

		/* 0: 201 or 400. */
		if (t[i].status == 0)
			cr_expect(a->status == 201 || a->status == 400,
			    "%s: %d %s %s", t[i].member, a->status, a->body,
			    a->log);
		else
			cr_expect_eq(a->status, t[i].status, "%s: %d %s %s",
			    t[i].member, a->status, a->body, a->log);
	}
}

Test(voters, voters_may_share_addresses_and_phones)
{
	static const char	 body[] = "{\"first_name\":\"H\",\"last_name\":"
	    "\"House\",\"email_address\":\"house@example.org\","
	    "\"phone_number\":\"919-555-0111\"}";

	expect_status(CALL(.path = "/voters", .token = ADMIN, .body = body),
	    201);
	expect_status(CALL(.path = "/voters", .token = ADMIN, .body = body),
	    201);
}

Test(voters, a_registration_is_unique_within_its_state)
{
	struct answer	*a;

	expect_status(CALL(.path = "/voters", .token = ADMIN,
	    .body = "{\"first_name\":\"R\",\"last_name\":\"Reg\","
	    "\"voter_registration_id\":\"R77\",\"registration_state\":\"NC\"}"),
	    201);
	expect_status(CALL(.path = "/voters", .token = ADMIN,
	    .body = "{\"first_name\":\"R\",\"last_name\":\"Reg\","
	    "\"voter_registration_id\":\"R77\",\"registration_state\":\"OH\"}"),
	    201);
	a = CALL(.path = "/voters", .token = ADMIN,
	    .body = "{\"first_name\":\"R\",\"last_name\":\"Reg\","
	    "\"voter_registration_id\":\"R77\",\"registration_state\":\"NC\"}");
	expect_problem(a, 409, "conflict");
}

Test(voters, deleting_removes_interactions_and_keeps_donations)
{
	int64_t		 id = voter("Delete", "Me");
	struct answer	*a;

	sql("INSERT INTO interactions (voter_id, campaign_id, "
	    "interaction_type) VALUES (%lld, 1, 'Call')", (long long)id);
	sql("INSERT INTO donations (voter_id, campaign_id, amount) "
	    "VALUES (%lld, 1, 4242)", (long long)id);
	a = CALL(.method = "DELETE", .path = path_of(id), .token = EDITOR);
	expect_status(a, 200);
	expect_text(a, "message", arena_printf(&memory,
	    "Voter %lld deleted successfully.", (long long)id));
	expect_problem(CALL(.path = path_of(id), .token = EDITOR), 404,
	    "not_found");
	expect_problem(CALL(.method = "DELETE", .path = path_of(id),
	    .token = EDITOR), 404, "not_found");
	cr_expect_eq(sql_number("SELECT count(*) FROM interactions WHERE "
	    "voter_id = %lld", (long long)id), 0);
	cr_expect_eq(sql_number("SELECT count(*) FROM donations WHERE "
	    "amount = 4242 AND voter_id IS NULL"), 1);
	sql("DELETE FROM donations WHERE amount = 4242");
}

Test(voters, each_role_has_its_rights)
{
	static const struct { const char *token; int get, put, post, remove; }
	t[] = {
		{ VIEWER, 200, 403, 403, 403 },
		{ STRANGER, 404, 404, 400, 404 },
		{ NOBODY, 404, 404, 400, 404 },
		{ EDITOR, 200, 200, 201, 200 },
		{ MANAGER, 200, 200, 201, 200 },
		{ ADMIN, 200, 200, 201, 200 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		int64_t	 id = voter("Role", "Test");

		expect_status(CALL(.path = path_of(id), .token = t[i].token),
		    t[i].get);
		expect_status(CALL(.method = "PUT", .path = path_of(id),
		    .token = t[i].token, .body = "{\"city\":\"X\"}"),
		    t[i].put);
		expect_status(CALL(.path = "/voters", .token = t[i].token,
		    .body = "{\"first_name\":\"Role\",\"last_name\":\"New\","
		    "\"campaign_id\":1}"), t[i].post);
		expect_status(CALL(.method = "DELETE", .path = path_of(id),
		    .token = t[i].token), t[i].remove);
		cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
		    "voter_id = %lld", (long long)id), t[i].remove != 200);
	}
}

Test(voters, only_an_admin_may_omit_the_campaign)
{
	static const char	 body[] =
	    "{\"first_name\":\"No\",\"last_name\":\"Campaign\"}";

	expect_status(CALL(.path = "/voters", .token = ADMIN, .body = body),
	    201);
	for (size_t i = 0; i < 3; i++) {
		const char *const	 who[] = { MANAGER, EDITOR, NOBODY };
		struct answer		*a = CALL(.path = "/voters",
					    .token = who[i], .body = body);

		expect_problem(a, 400, "missing_fields");
		expect_names(a, "campaign_id", "required");
	}
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "first_name = 'No' AND last_name = 'Campaign'"), 1);
}

Test(voters, an_editor_cannot_add_voters_to_another_campaign)
{
	struct answer	*a = CALL(.path = "/voters", .token = EDITOR,
			    .body = "{\"first_name\":\"Join\",\"last_name\":"
			    "\"Other\",\"campaign_id\":2}");

	/* The editor cannot see campaign 2. */
	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "campaign_id", "not_found");
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "first_name = 'Join' AND last_name = 'Other'"), 0);
}

Test(voters, a_voter_of_two_campaigns_is_visible_to_both)
{
	int64_t	 id = voter("Two", "Campaigns");

	sql("INSERT INTO campaign_voters VALUES (2, %lld)", (long long)id);
	expect_status(CALL(.path = path_of(id), .token = VIEWER), 200);
	expect_status(CALL(.path = path_of(id), .token = STRANGER), 200);
	expect_status(CALL(.path = path_of(id), .token = NOBODY), 404);
}

Test(voters, if_match_prevents_lost_updates)
{
	int64_t		 id = voter("Etag", "Guard");
	struct answer	*a = CALL(.path = path_of(id), .token = EDITOR);
	const char	*etag = header(a, "ETag"), *match;

	cr_assert(etag != NULL);
	match = arena_printf(&memory, "If-Match: %s", etag);
	expect_status(CALL(.path = path_of(id), .token = EDITOR,
	    .headers = LIST(arena_printf(&memory, "If-None-Match: %s",
	    etag))), 304);
	expect_status(CALL(.method = "PATCH", .path = path_of(id),
	    .token = EDITOR, .body = "{\"city\":\"A\"}",
	    .headers = LIST(match)), 200);
	expect_problem(CALL(.method = "PATCH", .path = path_of(id),
	    .token = EDITOR, .body = "{\"city\":\"B\"}",
	    .headers = LIST(match)), 412, "precondition_failed");
	expect_problem(CALL(.method = "DELETE", .path = path_of(id),
	    .token = EDITOR, .headers = LIST(match)), 412,
	    "precondition_failed");
	/* Without the right to change it: 403 or 404, not 412. */
	expect_status(CALL(.method = "PATCH", .path = path_of(id),
	    .token = VIEWER, .body = "{\"city\":\"C\"}"), 403);
	expect_problem(CALL(.method = "PATCH", .path = path_of(id),
	    .token = STRANGER, .body = "{\"city\":\"C\"}",
	    .headers = LIST(match)), 404, "not_found");
	cr_expect_str_eq(sql("SELECT city FROM voters WHERE voter_id = %lld",
	    (long long)id), "A");
	a = CALL(.path = path_of(id), .token = EDITOR);
	expect_status(CALL(.method = "DELETE", .path = path_of(id),
	    .token = EDITOR, .headers = LIST(arena_printf(&memory,
	    "If-Match: %s", header(a, "ETag")))), 200);
}

Test(voters, an_etag_changes_with_every_change)
{
	int64_t		 id = voter("Etag", "Change");
	const char	*last = "";

	for (int i = 0; i < 5; i++) {
		struct answer	*a = CALL(.method = "PUT",
				    .path = path_of(id), .token = EDITOR,
				    .body = arena_printf(&memory,
				    "{\"engagement_score\":%d}", i + 1));

		expect_status(a, 200);
		cr_assert(header(a, "ETag") != NULL);
		cr_expect_str_neq(header(a, "ETag"), last);
		last = header(a, "ETag");
	}
}

/* A refusal without a campaign is binding for all campaigns. */
Test(voters, consent_without_a_campaign_counts_in_each)
{
	int64_t		 id = voter("Global", "Optout");
	const char	*path = arena_printf(&memory, "/voters/%lld/consents",
			    (long long)id);
	const char	*query = "purpose=sms&campaign_id=1&last_name=Optout";

	sql("UPDATE cerberus.voters SET phone_number = '+19195550144', "
	    "contact_sms = true WHERE voter_id = %lld RETURNING 1",
	    (long long)id);
	expect_number(CALL(.path = "/voters", .token = VIEWER,
	    .query = query), "total_voters", 1);
	expect_status(CALL(.path = path, .token = ADMIN, .body =
	    "{\"channel\":\"sms\",\"granted\":false}"), 201);
	expect_number(CALL(.path = "/voters", .token = VIEWER,
	    .query = query), "total_voters", 0);
	expect_number(CALL(.path = path, .token = VIEWER), "total_consents",
	    1);
	expect_status(CALL(.path = path, .token = STRANGER), 404);
	expect_number(CALL(.path = "/voters", .token = STRANGER,
	    .query = "last_name=Optout"), "total_voters", 0);
}
