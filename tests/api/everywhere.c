/* The rules of the interface that hold for every endpoint. */
#include <criterion/criterion.h>

#include "call.h"
#include "core/buf.h"
#include "sql.h"

/* Routes for staff only, with a body if they need one. */
static const struct { const char *method, *path, *body; } staff[] = {
	{ "GET", "/voters", NULL },
	{ "POST", "/voters", "{\"first_name\":\"A\",\"last_name\":\"B\"}" },
	{ "GET", "/voters/1", NULL },
	{ "PUT", "/voters/1", "{\"city\":\"X\"}" },
	{ "PATCH", "/voters/1", "{\"city\":\"X\"}" },
	{ "DELETE", "/voters/1", NULL },
	{ "GET", "/campaigns", NULL },
	{ "POST", "/campaigns", "{\"campaign_name\":\"A\"}" },
	{ "GET", "/campaigns/1", NULL },
	{ "PUT", "/campaigns/1", "{\"description\":\"X\"}" },
	{ "PATCH", "/campaigns/1", "{\"description\":\"X\"}" },
};

/* Routes with a JSON body. */
static const struct { const char *method, *path, *token; } writes[] = {
	{ "POST", "/voters", ADMIN },
	{ "PUT", "/voters/1", ADMIN },
	{ "PATCH", "/voters/1", ADMIN },
	{ "POST", "/campaigns", ADMIN },
	{ "PUT", "/campaigns/1", ADMIN },
	{ "PATCH", "/campaigns/1", ADMIN },
	{ "POST", "/signups", NULL },
	{ "POST", "/public/signups", NULL },
};

Test(everywhere, without_a_token_it_is_401)
{
	for (size_t i = 0; i < ARRAY_LEN(staff); i++) {
		struct answer	*a = CALL(.method = staff[i].method,
				    .path = staff[i].path,
				    .body = staff[i].body);

		expect_problem(a, 401, "missing_token");
		expect_header(a, "WWW-Authenticate", "Bearer");
	}
}

Test(everywhere, with_a_bad_token_it_is_401)
{
	static const char *const bad[] = {
		EXPIRED, REVOKED, INACTIVE, "test-token-of-nobody-at-all",
		"short", "a-token-with'a-quote-in-it",
		"0000000000000000000000000000000000000000000000000000000000000"
		"00000000000000000000000000000000000000000000000000000000000000"
		"000000000000000000",
	};

	for (size_t i = 0; i < ARRAY_LEN(staff); i++)
		for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
			struct answer	*a;

			/* All tokens on the first route, one on the others. */
			if (i > 0 && k > 0)
				break;
			a = CALL(.method = staff[i].method,
			    .path = staff[i].path, .body = staff[i].body,
			    .token = bad[k]);
			expect_problem(a, 401, "invalid_token");
			expect_header(a, "WWW-Authenticate", "Bearer");
		}
}

Test(everywhere, other_schemes_count_as_no_token)
{
	struct answer	*a = CALL(.path = "/voters",
			    .headers = LIST("Authorization: Basic YTpi"));

	expect_problem(a, 401, "missing_token");
}

Test(everywhere, unknown_paths_are_404)
{
	static const char *const paths[] = {
		"/nothing", "/votersX", "/voters.cgi", "/signupsX", "/health2",
		"/public", "/public/signupsX", "/public/voters",
		"/voters/abc", "/voters/0", "/voters/-1", "/voters/1x",
		"/voters/99999999999999999999", "/voters/1/2/3",
		"/voters/1/nothing", "/voters//999999999", "/campaigns/abc",
		"/campaigns/1/nothing", "/signups/1", "/health/1",
		"/voters/a%20b", "/voters/%C3%BA",
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct answer	*a = CALL(.path = paths[i], .token = ADMIN);

		expect_problem(a, 404, "not_found");
	}
}

Test(everywhere, unknown_ids_are_404)
{
	static const char *const paths[] = {
		"/voters/999999999", "/campaigns/999999999",
		"/voters/9223372036854775807",
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		expect_problem(CALL(.path = paths[i], .token = ADMIN), 404,
		    "not_found");
		expect_problem(CALL(.method = "PUT", .path = paths[i],
		    .token = ADMIN, .body = "{}"), 404, "not_found");
	}
	expect_problem(CALL(.method = "DELETE", .path = "/voters/999999999",
	    .token = ADMIN), 404, "not_found");
}

Test(everywhere, a_trailing_slash_is_ignored)
{
	static const char *const paths[] = {
		"/voters", "/campaigns", "/campaigns/1", "/health"
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct answer	*a = CALL(.path = paths[i], .token = ADMIN);
		struct answer	*b = CALL(.path = arena_printf(&memory, "%s/",
				    paths[i]), .token = ADMIN);

		expect_status(a, 200);
		expect_status(b, 200);
		/* Other tests change the other bodies meanwhile. */
		if (strcmp(paths[i], "/health") == 0)
			cr_expect_str_eq(a->body, b->body);
	}
	expect_status(CALL(.path = "/signups/", .body =
	    "{\"first_name\":\"S\",\"last_name\":\"Slash\",\"campaign_id\":1,"
	    "\"email_address\":\"slash@example.org\"}"), 201);
}

Test(everywhere, wrong_methods_are_405)
{
	static const struct { const char *method, *path, *allow; } t[] = {
		{ "DELETE", "/voters", "GET, HEAD, POST, OPTIONS" },
		{ "PUT", "/voters", "GET, HEAD, POST, OPTIONS" },
		{ "POST", "/voters/1",
		  "GET, HEAD, PUT, PATCH, DELETE, OPTIONS" },
		{ "GET", "/signups", "POST, OPTIONS" },
		{ "HEAD", "/signups", "POST, OPTIONS" },
		{ "PUT", "/public/signups", "POST, OPTIONS" },
		{ "POST", "/health", "GET, HEAD, OPTIONS" },
		{ "DELETE", "/campaigns", "GET, HEAD, POST, OPTIONS" },
		{ "REPORT", "/voters", "GET, HEAD, POST, OPTIONS" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct answer	*a = CALL(.method = t[i].method,
				    .path = t[i].path, .token = ADMIN);

		if (strcmp(t[i].method, "HEAD") == 0)
			expect_status(a, 405);
		else
			expect_problem(a, 405, "method_not_allowed");
		cr_assert(header(a, "Allow") != NULL, "%s %s", t[i].method,
		    t[i].path);
		/* /voters may get more methods. */
		cr_expect(strstr(header(a, "Allow"), "OPTIONS") != NULL);
		if (strncmp(t[i].path, "/voters", 7) != 0)
			expect_header(a, "Allow", t[i].allow);
	}
}

Test(everywhere, options_lists_the_allowed_methods)
{
	static const char *const paths[] = { "/voters", "/voters/1",
				    "/campaigns", "/signups", "/health" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct answer	*a = CALL(.method = "OPTIONS",
				    .path = paths[i]);

		expect_status(a, 204);
		cr_expect_eq(a->len, 0);
		cr_assert(header(a, "Allow") != NULL);
		cr_expect(strstr(header(a, "Allow"), "OPTIONS") != NULL);
	}
	expect_problem(CALL(.method = "OPTIONS", .path = "/nothing"), 404,
	    "not_found");
}

Test(everywhere, head_is_get_without_the_body)
{
	static const char *const paths[] = { "/campaigns/1", "/campaigns",
				    "/health" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct answer	*get = CALL(.path = paths[i],
				    .token = ADMIN);
		struct answer	*head = CALL(.method = "HEAD",
				    .path = paths[i], .token = ADMIN);

		cr_expect_eq(head->status, get->status);
		cr_expect_eq(head->len, 0);
		cr_assert(header(head, "Content-Type") != NULL);
		cr_expect_str_eq(header(head, "Content-Type"),
		    header(get, "Content-Type"));
		cr_expect((header(get, "ETag") == NULL) ==
		    (header(head, "ETag") == NULL));
		if (header(get, "ETag") != NULL)
			cr_expect_str_eq(header(head, "ETag"),
			    header(get, "ETag"));
	}
	expect_status(CALL(.method = "HEAD", .path = "/voters"), 401);
	expect_status(CALL(.method = "HEAD", .path = "/voters/999999999",
	    .token = ADMIN), 404);
}

Test(everywhere, an_unacceptable_media_type_is_406)
{
	static const char *const accepts[] = { "Accept: text/csv",
				    "Accept: application/xml",
				    "Accept: application/json;q=0" };

	for (size_t i = 0; i < ARRAY_LEN(accepts); i++)
		expect_problem(CALL(.path = "/campaigns", .token = VIEWER,
		    .headers = LIST(accepts[i])), 406, "not_acceptable");
	expect_status(CALL(.path = "/campaigns", .token = VIEWER,
	    .headers = LIST("Accept: application/*;q=0.1")), 200);
}

Test(everywhere, other_media_types_are_415)
{
	static const char *const types[] = { "text/plain", "text/csv",
				    "application/xml", "application/jsonx",
				    "application/x-www-form-urlencoded" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		expect_problem(CALL(.path = "/campaigns", .token = ADMIN,
		    .type = types[i], .body = "{\"campaign_name\":\"T\"}"),
		    415, "unsupported_media_type");
	cr_expect_eq(sql_number("SELECT count(*) FROM campaigns WHERE "
	    "campaign_name = 'T'"), 0);
	expect_status(CALL(.path = "/campaigns", .token = ADMIN,
	    .type = "application/vnd.example+json; charset=utf-8",
	    .body = "{\"campaign_name\":\"Plus\"}"), 201);
}

/* None of these is a JSON object. */
Test(everywhere, malformed_json_is_400)
{
	static const struct { const char *s; size_t n; } bad[] = {
#define S(s)	{ s, sizeof(s) - 1 }
		S("{"), S("nonsense"), S("{\"last_name\":\"Li\"} x"),
		S("{'last_name':'Li'}"), S("{\"last_name\":NaN}"),
		S("{\"last_name\":\"\xff\"}"),
		S("{\"last_name\":\"\xed\xa0\x80\"}"),
		S("{\"last_name\":\"\xc0\xaf\"}"),
		S("{\"last_name\":\"a\0b\"}"), S("\0"), S("{}\0"),
		S("[]"), S("\"text\""), S("7"), S("null"), S("[{}]"),
		S("{\"last_name\":\"line\nbreak\"}"),
#undef S
	};

	for (size_t i = 0; i < ARRAY_LEN(writes); i++)
		for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
			struct answer	*a;

			/* All on /voters and /signups, some on others. */
			if (i != 0 && i != 6 && k > 4)
				break;
			a = CALL(.method = writes[i].method,
			    .path = writes[i].path, .token = writes[i].token,
			    .body = bad[k].s, .len = bad[k].n);
			cr_expect_eq(a->status, 400, "%s %s row %zu: %d %s",
			    writes[i].method, writes[i].path, k, a->status,
			    a->body);
			cr_expect_neq(*text_at(a, "error"), '\0');
		}
}

Test(everywhere, an_empty_body_is_400)
{
	for (size_t i = 0; i < ARRAY_LEN(writes); i++) {
		struct answer	*a = CALL(.method = writes[i].method,
				    .path = writes[i].path,
				    .token = writes[i].token, .body = "");

		expect_problem(a, 400, "invalid_json");
		expect_text(a, "error", "Invalid or empty JSON payload");
	}
}

Test(everywhere, json_nested_too_deep_is_400)
{
	static const char *const inside[] = { "{\"custom_fields\":",
				    "{\"details\":", "{\"interests\":" };
	struct buf	 b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < ARRAY_LEN(writes); i++) {
		buf_clear(&b, SIZE_MAX);
		buf_adds(&b, inside[i % 3]);
		for (int k = 0; k < 50000; k++)
			buf_adds(&b, "{\"a\":");
		expect_problem(CALL(.method = writes[i].method,
		    .path = writes[i].path, .token = writes[i].token,
		    .body = b.data), 400, "bad_request");
	}
	buf_release(&b);
}

Test(everywhere, bodies_over_a_mebibyte_are_413)
{
	static char	 big[1024 * 1024 + 2];

	memset(big, ' ', sizeof(big) - 1);
	for (size_t i = 0; i < ARRAY_LEN(writes); i++) {
		struct answer	*a = CALL(.method = writes[i].method,
				    .path = writes[i].path,
				    .token = writes[i].token, .body = big);

		expect_problem(a, 413, "too_large");
		cr_expect(strstr(text_at(a, "detail"), "1048576") != NULL,
		    "the response states the limit: %s", a->body);
	}
	/* A body of exactly the limit is accepted. */
	memcpy(big, "{\"campaign_name\":\"Big\"}", 23);
	big[1024 * 1024] = '\0';
	expect_status(CALL(.path = "/campaigns", .token = ADMIN, .body = big),
	    201);
}

Test(everywhere, request_ids_differ)
{
	struct answer	*a = CALL(.path = "/health");
	struct answer	*b = CALL(.path = "/health");

	cr_assert(header(a, "X-Request-Id") != NULL &&
	    header(b, "X-Request-Id") != NULL);
	cr_expect_str_neq(header(a, "X-Request-Id"),
	    header(b, "X-Request-Id"));
}

Test(everywhere, unknown_parameters_are_named)
{
	struct answer	*a = CALL(.path = "/voters", .token = ADMIN,
			    .query = "lastname=x&colour=red&last_name=y");
	struct answer	*b = CALL(.path = "/campaigns/1", .token = ADMIN,
			    .query = "fields=campaign_id&x=1&x=2");
	struct answer	*c = CALL(.path = "/voters", .token = ADMIN,
			    .query = "last_name=x&last_name=y");

	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "lastname", "unknown_parameter");
	expect_names(a, "colour", "unknown_parameter");
	cr_expect(!names(a, "last_name", NULL));
	cr_expect_eq(b->status, 400);
	expect_names(b, "x", "unknown_parameter");
	cr_expect_eq(c->status, 400);
	expect_names(c, "last_name", "duplicate");
}

/* RFC 3986 section 3.4; some web servers take the last one for the first. */
Test(everywhere, a_second_question_mark_belongs_to_the_query)
{
	struct answer	*a = CALL(.method = "GET", .path = "/campaigns",
			    .query = "campaign_name=who?&page=?",
			    .token = ADMIN);

	expect_problem(a, 400, "invalid_fields");
	cr_expect(names(a, "page", NULL), "%s", a->body);
	a = CALL(.method = "GET", .path = "/campaigns",
	    .query = "campaign_name=?", .token = ADMIN);
	expect_status(a, 200);
}

/* A segment is expanded before the other parameters are read. */
Test(everywhere, a_second_segment_is_named)
{
	static const char *const paths[] = { "/voters", "/voters/export",
				    "/surveys/questions/1/results" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct answer	*a = CALL(.path = paths[i], .token = ADMIN,
				    .query = "segment_id=1&segment_id=2");

		cr_expect_eq(a->status, 400, "%s: %d %s", paths[i], a->status,
		    a->body);
		expect_names(a, "segment_id", "duplicate");
	}
}

Test(everywhere, malformed_queries_are_400)
{
	static const char *const bad[] = { "last_name=%zz", "last_name=%",
				    "last_name=%ff", "last_name=%00" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		int	 status = CALL(.path = "/voters", .token = ADMIN,
			    .query = bad[i])->status;

		/* A web server may correct the % before it passes it on. */
		cr_expect(status == 400 || (over_http() && status == 200),
		    "%s: %d", bad[i], status);
	}
}

Test(everywhere, a_proxy_header_is_ignored)
{
	struct answer	*a = CALL(.path = "/health",
			    .headers = LIST("Proxy: http://127.0.0.1:1"));

	expect_status(a, 200);
	expect_text(a, "status", "ok");
}

Test(everywhere, headers_cannot_change_the_configuration)
{
	struct answer	*a = CALL(.path = "/health", .headers = LIST(
			    "Database-Url: postgresql:///nothing",
			    "Cerberus-Conf: /nonexistent",
			    "Cerberus-Env: production"));

	expect_status(a, 200);
}

Test(everywhere, responses_are_not_cached_or_sniffed)
{
	struct answer	*a = CALL(.path = "/voters", .token = ADMIN);

	expect_header(a, "Cache-Control", "no-store");
	expect_header(a, "X-Content-Type-Options", "nosniff");
	cr_expect_eq(header_count(a, "Content-Type"), 1);
}

/* JSON, errors, a page, a file, and a response without the database. */
Test(everywhere, responses_run_no_scripts_and_send_no_referrer)
{
	static const char *const	 policy[] = {
		"default-src 'none'", "base-uri 'none'", "object-src 'none'",
		"frame-ancestors 'none'", "form-action 'none'", "sandbox"
	};
	static const char *const	 browser[] = { "Accept: text/html",
					    NULL };
	struct answer			*a[] = {
		CALL(.path = "/voters", .token = ADMIN),
		CALL(.path = "/voters"),
		CALL(.path = "/nothing", .token = ADMIN),
		CALL(.path = "/voters/export", .token = ADMIN,
		    .query = "campaign_id=1"),
		CALL(.path = "/signups", .body = "first_name=A",
		    .type = "application/x-www-form-urlencoded",
		    .headers = browser),
		CALL(.path = "/health"),
	};

	expect_header(a[3], "Content-Type", "text/csv; charset=utf-8");
	expect_header(a[4], "Content-Type", "text/html; charset=utf-8");
	for (size_t i = 0; i < ARRAY_LEN(a); i++) {
		expect_header(a[i], "Referrer-Policy", "no-referrer");
		expect_header(a[i], "X-Content-Type-Options", "nosniff");
		cr_assert_eq(header_count(a[i], "Content-Security-Policy"), 1);
		for (size_t k = 0; k < ARRAY_LEN(policy); k++)
			cr_expect(strstr(header(a[i],
			    "Content-Security-Policy"), policy[k]) != NULL,
			    "%zu: %s", i, policy[k]);
	}
}

Test(everywhere, health_reports_the_schema)
{
	struct answer	*a = CALL(.path = "/health");

	expect_status(a, 200);
	expect_text(a, "status", "ok");
	expect_text(a, "database", "ok");
	cr_expect_neq(*text_at(a, "version"), '\0');
	cr_expect_str_eq(text_at(a, "schema"),
	    sql("SELECT cerberus.schema_version()"));
}

/* What cerberus check finds: the database's role and settings are right. */
Test(everywhere, health_tells_admins_what_is_checked)
{
	static const char *const	 states[][2] = {
		{ "schema", "ok" }, { "role", "ok" }, { "isolation", "ok" },
		{ "permissions", "ok" },
		{ "modes, layouts, backup, web server, Stripe", "unchecked" },
	};
	struct answer			*a = CALL(.path = "/health/checks",
					    .token = ADMIN);
	struct answer			*b = CALL(.path = "/health/checks",
					    .token = MANAGER);

	expect_status(a, 200);
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		cr_expect(strstr(a->body, arena_printf(&memory,
		    "{\"state\":\"%s\",\"what\":\"%s\"", states[i][1],
		    states[i][0])) != NULL, "%s: %s", states[i][0], a->body);
	expect_status(b, 403);
	cr_expect(strstr(b->body, "schema") == NULL, "%s", b->body);
}
