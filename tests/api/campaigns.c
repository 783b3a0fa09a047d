/* Campaigns: create, read, list, change. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

Test(campaigns, are_created_read_and_changed)
{
	struct answer	*a = CALL(.path = "/campaigns", .token = ADMIN,
			    .body = "{\"campaign_name\":\" Ward 5 \","
			    "\"start_date\":\"2026-01-01\",\"campaign_type\":"
			    "\"local\",\"details\":{\"seat\":5},"
			    "\"signup_redirect_url\":\"https://w5.example/\","
			    "\"description\":\"Two\\nlines\","
			    "\"campaign_id\":7,\"created_at\":null}");
	const char	*path;
	struct answer	*b;

	assert_status(a, 201);
	expect_text(a, "campaign_name", "Ward 5");
	expect_text(a, "campaign_type", "Local");
	expect_text(a, "start_date", "2026-01-01");
	expect_number(a, "details.seat", 5);
	cr_expect(is_null_at(a, "end_date"));
	cr_expect_gt(number_at(a, "campaign_id"), 1000, "its id is ours");
	path = arena_printf(&memory, "/campaigns/%lld",
	    (long long)number_at(a, "campaign_id"));
	cr_assert(header(a, "Location") != NULL);
	cr_expect_str_eq(header(a, "Location"), arena_printf(&memory,
	    "/api/v1%s", path));

	b = CALL(.path = path, .token = ADMIN);
	expect_status(b, 200);
	cr_expect_str_eq(b->body, a->body);
	expect_header(b, "ETag", header(a, "ETag"));

	b = CALL(.method = "PATCH", .path = path, .token = ADMIN,
	    .body = "{\"end_date\":\"2026-11-03\",\"description\":null}");
	expect_status(b, 200);
	expect_text(b, "end_date", "2026-11-03");
	cr_expect(is_null_at(b, "description"));
	expect_text(b, "campaign_name", "Ward 5");
	cr_expect_str_neq(text_at(b, "updated_at"), text_at(a, "updated_at"));
	cr_expect_str_eq(text_at(b, "created_at"), text_at(a, "created_at"));
}

Test(campaigns, times_are_rfc_3339_in_utc)
{
	struct answer	*a = CALL(.path = "/campaigns/1", .token = ADMIN);
	const char	*s = text_at(a, "created_at");
	size_t		 n = strlen(s);

	cr_assert_geq(n, 20, "%s", s);
	cr_expect(s[4] == '-' && s[10] == 'T' && s[13] == ':' &&
	    s[n - 1] == 'Z', "%s", s);
}

Test(campaigns, a_name_is_taken_once)
{
	struct answer	*a = CALL(.path = "/campaigns", .token = ADMIN,
			    .body = "{\"campaign_name\":\"Own\"}");

	expect_problem(a, 409, "conflict");
	expect_names(a, "campaign_name", "conflict");
	cr_expect(strstr(a->body, "campaigns_campaign_name_key") == NULL);
	a = CALL(.method = "PUT", .path = "/campaigns/3", .token = ADMIN,
	    .body = "{\"campaign_name\":\"Own\"}");
	expect_problem(a, 409, "conflict");
}

Test(campaigns, bad_fields_are_named_at_once_and_nothing_stored)
{
	struct answer	*a = CALL(.path = "/campaigns", .token = ADMIN,
			    .body = "{\"campaign_name\":\"Bad\\u0000\","
			    "\"start_date\":\"2026-02-30\",\"campaign_type\":"
			    "\"Galactic\",\"details\":[],"
			    "\"signup_redirect_url\":\"javascript:alert(1)\","
			    "\"colour\":\"red\"}");

	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "campaign_name", "invalid_text");
	expect_names(a, "start_date", "invalid_date");
	expect_names(a, "campaign_type", "invalid_choice");
	expect_names(a, "details", "invalid_type");
	expect_names(a, "signup_redirect_url", "invalid_url");
	expect_names(a, "colour", "unknown_field");
	cr_expect_eq(length_at(a, "errors"), 6);
	cr_expect_eq(sql_number("SELECT count(*) FROM campaigns WHERE "
	    "campaign_name LIKE 'Bad%%'"), 0);
}

Test(campaigns, do_not_end_before_they_start)
{
	struct answer	*a = CALL(.path = "/campaigns", .token = ADMIN,
			    .body = "{\"campaign_name\":\"Backwards\","
			    "\"start_date\":\"2026-02-01\","
			    "\"end_date\":\"2026-01-01\"}");
	struct answer	*b;

	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "end_date", "out_of_range");
	/* One of the two alone is compared with what is there. */
	a = CALL(.path = "/campaigns", .token = ADMIN, .body =
	    "{\"campaign_name\":\"Forwards\",\"start_date\":\"2026-02-01\"}");
	assert_status(a, 201);
	b = CALL(.method = "PUT", .path = arena_printf(&memory,
	    "/campaigns/%lld", (long long)number_at(a, "campaign_id")),
	    .token = ADMIN, .body = "{\"end_date\":\"2026-01-01\"}");
	cr_expect_eq(b->status, 400, "%d %s", b->status, b->body);
}

Test(campaigns, roles)
{
	static const struct { const char *token; int get, put; } t[] = {
		{ ADMIN, 200, 200 }, { MANAGER, 200, 200 },
		{ EDITOR, 200, 403 }, { VIEWER, 200, 403 },
		{ STRANGER, 404, 404 }, { NOBODY, 404, 404 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		expect_status(CALL(.path = "/campaigns/1",
		    .token = t[i].token), t[i].get);
		expect_status(CALL(.method = "PUT", .path = "/campaigns/1",
		    .token = t[i].token, .body = "{\"description\":\"d\"}"),
		    t[i].put);
		if (strcmp(t[i].token, ADMIN) != 0)
			expect_problem(CALL(.path = "/campaigns",
			    .token = t[i].token, .body =
			    "{\"campaign_name\":\"Mine\"}"), 403,
			    "forbidden");
	}
}

Test(campaigns, lists_obey_visibility)
{
	struct answer	*a = CALL(.path = "/campaigns", .token = VIEWER);
	struct answer	*b = CALL(.path = "/campaigns", .token = NOBODY);
	struct answer	*c = CALL(.path = "/campaigns", .token = ADMIN,
			    .query = "campaign_name=Other");

	expect_status(a, 200);
	expect_number(a, "total_campaigns", 1);
	expect_number(a, "campaigns.0.campaign_id", 1);
	expect_number(b, "total_campaigns", 0);
	cr_expect_eq(length_at(b, "campaigns"), 0);
	expect_number(b, "total_pages", 0);
	expect_number(c, "total_campaigns", 1);
	expect_number(c, "campaigns.0.campaign_id", 2);
}

Test(campaigns, etags)
{
	struct answer	*a = CALL(.path = "/campaigns/2", .token = ADMIN);
	const char	*etag = header(a, "ETag");
	struct answer	*b;

	cr_assert(etag != NULL && etag[0] == '"');
	b = CALL(.path = "/campaigns/2", .token = ADMIN, .headers = LIST(
	    arena_printf(&memory, "If-None-Match: %s", etag)));
	expect_status(b, 304);
	cr_expect_eq(b->len, 0);
	expect_header(b, "ETag", etag);
	expect_status(CALL(.path = "/campaigns/2", .token = ADMIN,
	    .headers = LIST(arena_printf(&memory,
	    "If-None-Match: \"x\", W/%s", etag))), 304);
	expect_status(CALL(.path = "/campaigns/2", .token = ADMIN,
	    .headers = LIST("If-None-Match: *")), 304);
	expect_status(CALL(.path = "/campaigns/2", .token = ADMIN,
	    .headers = LIST("If-None-Match: \"x\"")), 200);
	expect_status(CALL(.method = "PUT", .path = "/campaigns/2",
	    .token = ADMIN, .body = "{\"description\":\"1\"}",
	    .headers = LIST(arena_printf(&memory, "If-Match: %s", etag))),
	    200);
	expect_problem(CALL(.method = "PUT", .path = "/campaigns/2",
	    .token = ADMIN, .body = "{\"description\":\"2\"}",
	    .headers = LIST(arena_printf(&memory, "If-Match: %s", etag))),
	    412, "precondition_failed");
	expect_text(CALL(.path = "/campaigns/2", .token = ADMIN),
	    "description", "1");
	expect_status(CALL(.method = "PUT", .path = "/campaigns/2",
	    .token = ADMIN, .body = "{\"description\":\"3\"}",
	    .headers = LIST("If-Match: *")), 200);
	expect_problem(CALL(.method = "PUT", .path = "/campaigns/2",
	    .token = ADMIN, .body = "{\"description\":\"4\"}",
	    .headers = LIST("If-Match: \"nonsense\"")), 412,
	    "precondition_failed");
}
