/* Rules for values, on every route that accepts a value of that kind. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

#define TWICE	"[\"a\",\"b\",\" a \",\"b\",\"c\"]"

/* Create a voter of campaign 1 with these tags. */
static long long
tagged(const char *tags)
{
	return (long long)sql_number("WITH v AS (INSERT INTO voters "
	    "(first_name, last_name, tags) VALUES ('T', 'Tags', '%s') "
	    "RETURNING voter_id) INSERT INTO campaign_voters SELECT 1, "
	    "voter_id FROM v RETURNING voter_id", tags);
}

static const char *
tags_of(long long id)
{
	return sql("SELECT tags FROM voters WHERE voter_id = %lld", id);
}

/* Requests that set tags or add some; %lld is the voter. */
static const struct { const char *method, *path, *body; } tagging[] = {
	{ "PUT", "/voters/%lld", "{\"tags\":" TWICE "}" },
	{ "PATCH", "/voters/%lld", "{\"tags\":" TWICE "}" },
	{ "POST", "/voters/%lld/tags", "{\"tags\":" TWICE "}" },
	{ "POST", "/interactions", "{\"voter_id\":%lld,\"campaign_id\":1,"
	  "\"interaction_type\":\"Call\",\"tags\":" TWICE "}" },
	{ "POST", "/interactions", "[{\"voter_id\":%lld,\"campaign_id\":1,"
	  "\"interaction_type\":\"Call\",\"tags\":" TWICE "}]" },
};

/* Replace %lld, if the format has it, by the voter's id. */
static const char *
with_id(const char *format, long long id)
{
	const char	*at = strstr(format, "%lld");

	return at == NULL ? format : arena_printf(&memory, "%.*s%lld%s",
	    (int)(at - format), format, id, at + 4);
}

Test(fields, tags_hold_each_value_once)
{
	struct answer	*a = CALL(.path = "/voters", .token = ADMIN, .body =
			    "{\"first_name\":\"T\",\"last_name\":\"Tags\","
			    "\"campaign_id\":1,\"tags\":" TWICE "}");
	long long	 keep = tagged("{a,b}"), gone = tagged("{b,c}");

	assert_status(a, 201);
	cr_expect_str_eq(tags_of((long long)number_at(a, "voter_id")),
	    "{a,b,c}");
	for (size_t i = 0; i < ARRAY_LEN(tagging); i++) {
		long long	 id = tagged("{a}");

		a = CALL(.method = tagging[i].method, .token = ADMIN,
		    .path = with_id(tagging[i].path, id),
		    .body = with_id(tagging[i].body, id));
		cr_expect(a->status / 100 == 2, "%s %s: %d %s",
		    tagging[i].method, tagging[i].path, a->status, a->body);
		cr_expect_str_eq(tags_of(id), "{a,b,c}", "%s %s: %s",
		    tagging[i].method, tagging[i].path, tags_of(id));
	}
	expect_status(CALL(.path = "/voters/merge", .token = ADMIN,
	    .body = arena_printf(&memory, "{\"keep\":%lld,\"merge\":[%lld]}",
	    keep, gone)), 200);
	cr_expect_str_eq(tags_of(keep), "{a,b,c}");
	a = CALL(.path = "/voters/upload", .token = ADMIN, .type = "text/csv",
	    .body = "first_name,last_name,tags\nT,Filed,a;b; a;b;c\n"
	    "T,Filed2,\"[\"\"a\"\",\"\"b\"\",\"\"a\"\",\"\"c\"\"]\"\n");
	assert_status(a, 200);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE last_name "
	    "LIKE 'Filed%%' AND tags = '{a,b,c}'"), 2);
}

/* Single-line fields of each model; ? is the text. */
static const struct { const char *path, *body, *field; } lines[] = {
	{ "/voters", "{\"first_name\":\"L\",\"last_name\":\"Line\","
	  "\"campaign_id\":1,\"street_address\":\"?\"}", "street_address" },
	{ "/voters", "{\"first_name\":\"?\",\"last_name\":\"Line\","
	  "\"campaign_id\":1}", "first_name" },
	{ "/voters", "{\"first_name\":\"L\",\"last_name\":\"Line\","
	  "\"campaign_id\":1,\"tags\":[\"?\"]}", "tags" },
	{ "/campaigns", "{\"campaign_name\":\"?\"}", "campaign_name" },
	{ "/interactions", "{\"voter_id\":%lld,\"campaign_id\":1,"
	  "\"interaction_type\":\"Call\",\"outcome\":\"?\"}", "outcome" },
	{ "/voters/segments", "{\"campaign_id\":1,\"segment_name\":\"?\"}",
	  "segment_name" },
	{ "/users", "{\"username\":\"lines\",\"full_name\":\"?\"}",
	  "full_name" },
};

/* Replace ? by the text. */
static const char *
with_text(const char *format, const char *text)
{
	const char	*at = strchr(format, '?');

	return arena_printf(&memory, "%.*s%s%s", (int)(at - format), format,
	    text, at + 1);
}

Test(fields, line_breaks_and_tabs_become_one_space)
{
	long long	 id = tagged("{}");

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		const char	*body = with_id(lines[i].body, id);
		struct answer	*a = CALL(.path = lines[i].path,
				    .token = ADMIN, .body = with_text(body,
				    "\\n 1 Main\\r\\n\\tSt,\\tApt \\n 2\\n"));
		const char	*field = strcmp(lines[i].field, "tags") == 0 ?
				    "tags.0" : lines[i].field;

		cr_expect_eq(a->status, 201, "%s %s: %d %s", lines[i].path,
		    lines[i].field, a->status, a->body);
		expect_text(a, field, "1 Main St, Apt 2");
		a = CALL(.path = lines[i].path, .token = ADMIN,
		    .body = with_text(body, "1 Main\\u0007 St"));
		expect_problem(a, 400, "invalid_fields");
		expect_names(a, lines[i].field, "invalid_text");
	}
	/* Multi-line texts keep their line breaks. */
	expect_text(CALL(.path = "/campaigns", .token = ADMIN, .body =
	    "{\"campaign_name\":\"Lines\",\"description\":\"a\\n\\tb\"}"),
	    "description", "a\n\tb");
}

/* Objects and arrays of each model; ? is the value. */
static const struct { const char *path, *body, *field, *cleared; } clear[] = {
	{ "/voters", "{\"first_name\":\"C\",\"last_name\":\"Clear\","
	  "\"campaign_id\":1,\"custom_fields\":?}", "custom_fields", "{ }" },
	{ "/voters", "{\"first_name\":\"C\",\"last_name\":\"Clear\","
	  "\"campaign_id\":1,\"tags\":?}", "tags", "[ ]" },
	{ "/campaigns", "{\"campaign_name\":\"Clear\",\"details\":?}",
	  "details", "{ }" },
	{ "/voters/segments", "{\"campaign_id\":1,\"segment_name\":\"Clear\","
	  "\"filter\":?}", "filter", "{ }" },
	{ "/voters/layouts", "{\"campaign_id\":1,\"name\":\"Clear1\","
	  "\"mapping\":?}", "mapping", "{ }" },
	{ "/voters/layouts", "{\"campaign_id\":1,\"name\":\"Clear2\","
	  "\"headers\":?}", "headers", "[ ]" },
};

static const char *
json_of(const struct answer *a, const char *field)
{
	return json_object_to_json_string_ext(at(a, field),
	    JSON_C_TO_STRING_SPACED);
}

Test(fields, null_clears_objects_and_arrays)
{
	static const char *const some[] = { "{\"city\":\"X\"}", "[\"x\"]" };

	for (size_t i = 0; i < ARRAY_LEN(clear); i++) {
		struct answer	*a = CALL(.path = clear[i].path,
				    .token = ADMIN, .body = with_text(
				    clear[i].body, some[
				    *clear[i].cleared == '[']));
		const char	*path;

		cr_assert_eq(a->status, 201, "%s: %s", clear[i].path, a->body);
		cr_expect_str_neq(json_of(a, clear[i].field),
		    clear[i].cleared);
		cr_assert(header(a, "Location") != NULL);
		path = strstr(header(a, "Location"), clear[i].path);
		cr_assert(path != NULL, "%s", header(a, "Location"));
		a = CALL(.method = "PATCH", .path = path, .token = ADMIN,
		    .body = arena_printf(&memory, "{\"%s\":null}",
		    clear[i].field));
		cr_expect_eq(a->status, 200, "%s: %d %s", path, a->status,
		    a->body);
		cr_expect_str_eq(json_of(a, clear[i].field), clear[i].cleared,
		    "%s", a->body);
		expect_status(CALL(.method = "DELETE", .path = path,
		    .token = ADMIN), 200);
		a = CALL(.path = clear[i].path, .token = ADMIN,
		    .body = with_text(clear[i].body, "null"));
		cr_expect_eq(a->status, 201, "%s: %d %s", clear[i].path,
		    a->status, a->body);
		cr_expect_str_eq(json_of(a, clear[i].field), clear[i].cleared,
		    "%s", a->body);
	}
	/* null does not clear a required field. */
	expect_names(CALL(.method = "PATCH", .path = "/campaigns/1",
	    .token = ADMIN, .body = "{\"campaign_name\":null}"),
	    "campaign_name", "required");
}

Test(fields, text_that_is_not_a_phone_number_matches_nobody)
{
	long long	 id = tagged("{}"), other = tagged("{}");
	struct answer	*a;

	sql("UPDATE voters SET phone_number = 'ask her' WHERE voter_id IN "
	    "(%lld, %lld)", id, other);
	a = CALL(.path = "/voters", .token = ADMIN,
	    .query = "phone_number=ask%20her");
	expect_status(a, 200);
	expect_number(a, "total_voters", 0);
	a = CALL(.path = "/voters", .token = ADMIN,
	    .query = "phone_number=ask%20her&campaign_id=1");
	expect_number(a, "total_voters", 0);
	a = CALL(.path = "/voters/opt-outs", .token = ADMIN, .body =
	    "{\"campaign_id\":1,\"channel\":\"phone\","
	    "\"contacts\":[\"ask her\"]}");
	expect_status(a, 201);
	expect_number(a, "matched", 0);
	expect_text(a, "unknown.0", "ask her");
	cr_expect_eq(sql_number("SELECT count(*) FROM duplicates(1, 1)"
	    " WHERE (voter_id, other_id) = (%lld, %lld) AND 'same phone' = "
	    "ANY (reasons)", id, other), 0);
	/* A phone number matches in any format. */
	sql("UPDATE voters SET phone_number = '+19195550163' WHERE voter_id "
	    "IN (%lld, %lld)", id, other);
	expect_number(CALL(.path = "/voters", .token = ADMIN,
	    .query = "phone_number=(919)%20555-0163"), "total_voters", 2);
	a = CALL(.path = "/voters/opt-outs", .token = ADMIN, .body =
	    "{\"campaign_id\":1,\"channel\":\"phone\","
	    "\"contacts\":[\"919.555.0163\"]}");
	expect_number(a, "matched", 2);
	cr_expect_eq(sql_number("SELECT count(*) FROM duplicates(1, 1)"
	    " WHERE (voter_id, other_id) = (%lld, %lld) AND 'same phone' = "
	    "ANY (reasons)", id, other), 1);
}

/*
 * All whole numbers in request bodies.  ? is the number, %lld a voter and # a
 * question.  which is the kind of ?: v a voter, q a question, 1 campaign 1, y a
 * year, n any number.
 */
static const struct {
	const char	*path, *body, *field;
	char		 which;
	int		 status;
} wholes[] = {
	{ "/voters", "{\"first_name\":\"I\",\"last_name\":\"Int\","
	  "\"campaign_id\":?}", "campaign_id", '1', 201 },
	{ "/voters", "{\"first_name\":\"I\",\"last_name\":\"Int\","
	  "\"source_campaign_id\":?}", "source_campaign_id", '1', 201 },
	{ "/voters", "{\"first_name\":\"I\",\"last_name\":\"Int\","
	  "\"birth_year\":?}", "birth_year", 'y', 201 },
	{ "/voters", "{\"first_name\":\"I\",\"last_name\":\"Int\","
	  "\"engagement_score\":?}", "engagement_score", 'n', 201 },
	{ "/signups", "{\"first_name\":\"I\",\"last_name\":\"Int\","
	  "\"email_address\":\"int@example.org\",\"campaign_id\":?}",
	  "campaign_id", '1', 201 },
	{ "/interactions", "{\"voter_id\":?,\"interaction_type\":\"Call\","
	  "\"campaign_id\":1}", "voter_id", 'v', 201 },
	{ "/interactions", "{\"voter_id\":%lld,\"interaction_type\":\"Call\","
	  "\"campaign_id\":?}", "campaign_id", '1', 201 },
	{ "/interactions", "{\"voter_id\":%lld,\"interaction_type\":\"Call\","
	  "\"campaign_id\":1,\"duration_minutes\":?}", "duration_minutes",
	  'n', 201 },
	{ "/interactions", "{\"voter_id\":%lld,\"interaction_type\":\"Call\","
	  "\"campaign_id\":1,\"answers\":[{\"question_id\":?,"
	  "\"response_value\":\"x\"}]}", "answers.0.question_id", 'q', 201 },
	{ "/surveys/questions", "{\"question_text\":\"Int\","
	  "\"question_type\":\"open_text\",\"campaign_id\":?}",
	  "campaign_id", '1', 201 },
	{ "/surveys/responses", "{\"voter_id\":%lld,\"question_id\":?,"
	  "\"response_value\":\"x\"}", "question_id", 'q', 201 },
	{ "/surveys/responses", "{\"voter_id\":%lld,\"question_id\":#,"
	  "\"response_value\":?}", "response_value", 'n', 201 },
	{ "/voters/segments", "{\"segment_name\":\"Int\",\"campaign_id\":?}",
	  "campaign_id", '1', 201 },
	{ "/voters/segments", "{\"segment_name\":\"Int2\",\"filter\":"
	  "{\"campaign_id\":?}}", "campaign_id", '1', 201 },
	{ "/voters/layouts", "{\"name\":\"Int\",\"campaign_id\":?}",
	  "campaign_id", '1', 201 },
	{ "/voters/%lld/consents", "{\"channel\":\"email\",\"granted\":true,"
	  "\"campaign_id\":?}", "campaign_id", '1', 201 },
	{ "/voters/opt-outs", "{\"channel\":\"email\",\"contacts\":"
	  "[\"int@example.com\"],\"campaign_id\":?}", "campaign_id", '1',
	  201 },
	{ "/campaigns/1/voters", "{\"voter_ids\":[?]}", "voter_ids", 'v', 200 },
	{ "/voters/merge", "{\"keep\":%lld,\"merge\":[?]}", "merge", 'v', 200 },
	{ "/voters/merge", "{\"keep\":?,\"merge\":[%lld]}", "keep", 'v', 200 },
};

Test(fields, a_zero_fraction_is_a_whole_number_and_a_half_is_not)
{
	long long	 question = (long long)sql_number("INSERT INTO "
			    "survey_questions (campaign_id, question_text, "
			    "question_type) VALUES (1, 'Int?', 'open_text') "
			    "RETURNING question_id");

	for (size_t i = 0; i < ARRAY_LEN(wholes); i++) {
		long long	 id = tagged("{}"), n;
		const char	*path = with_id(wholes[i].path, id);
		const char	*body = with_id(wholes[i].body, id), *at;
		struct answer	*a;

		n = wholes[i].which == 'v' ? tagged("{}") :
		    wholes[i].which == 'q' ? question :
		    wholes[i].which == 'y' ? 1970 : 1;
		if ((at = strchr(body, '#')) != NULL)
			body = arena_printf(&memory, "%.*s%lld%s",
			    (int)(at - body), body, question, at + 1);
		a = CALL(.path = path, .token = ADMIN, .body = with_text(body,
		    arena_printf(&memory, "%lld.5", n)));
		cr_expect_eq(a->status, 400, "%s %s: %d %s", path, body,
		    a->status, a->body);
		cr_expect(names(a, wholes[i].field, NULL), "%s: %s", path,
		    a->body);
		a = CALL(.path = path, .token = ADMIN, .body = with_text(body,
		    arena_printf(&memory, "%lld.0", n)));
		cr_expect_eq(a->status, wholes[i].status, "%s %s: %d %s",
		    path, body, a->status, a->body);
	}
	cr_expect_eq(sql_number("SELECT count(*) FROM survey_responses "
	    "WHERE response_value = '1' AND question_id = %lld", question), 1);
}
