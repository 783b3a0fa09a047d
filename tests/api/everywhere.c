/* What the contract says of every endpoint. */
#include <criterion/criterion.h>

#include "call.h"
#include "core/buf.h"
#include "sql.h"

/* What only staff may do; the body where one is wanted. */
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

			/* All tokens on one route, one token on the others. */
			if (i > 0 && k > 0)
				break;
			a = CALL(.method = staff[i].method,
			    .path = staff[i].path, .body = staff[i].body,
			    .token = bad[k]);
			expect_problem(a, 401, "invalid_token");
			expect_header(a, "WWW-Authenticate", "Bearer");
		}
}

Test(everywhere, other_schemes_are_no_token)
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

Test(everywhere, ids_that_are_nothing_are_404)
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

Test(everywhere, a_trailing_slash_never_matters)
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
		/* The rest changes at any time, under other tests' hands. */
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
		/* More may be allowed as the service grows. */
		cr_expect(strstr(header(a, "Allow"), "OPTIONS") != NULL);
		if (strncmp(t[i].path, "/voters", 7) != 0)
			expect_header(a, "Allow", t[i].allow);
	}
}

Test(everywhere, options_says_what_is_allowed)
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

Test(everywhere, a_listed_origin_gets_cors)
{
	struct answer	*a = CALL(.path = "/campaigns/1", .token = VIEWER,
			    .headers = LIST(
			    "Origin: https://www.example.org"));

	expect_status(a, 200);
	expect_header(a, "Access-Control-Allow-Origin",
	    "https://www.example.org");
	expect_header(a, "Access-Control-Allow-Credentials", "true");
	cr_expect(header(a, "Vary") != NULL &&
	    strstr(header(a, "Vary"), "Origin") != NULL);
	cr_expect_eq(header_count(a, "Access-Control-Allow-Origin"), 1);
}

Test(everywhere, errors_carry_cors_too)
{
	struct answer	*a = CALL(.path = "/signups", .body = "{}",
			    .headers = LIST(
			    "Origin: https://other.example.org"));

	expect_problem(a, 400, "invalid_json");
	expect_header(a, "Access-Control-Allow-Origin",
	    "https://other.example.org");
}

Test(everywhere, an_origin_that_is_not_listed_gets_none)
{
	static const char *const origins[] = {
		"Origin: https://evil.example.org", "Origin: null",
		"Origin: http://www.example.org",
		"Origin: https://www.example.org.evil.org",
		"Origin: https://www.example.org:8443",
		"Origin: https://WWW.example.org",
	};

	for (size_t i = 0; i < ARRAY_LEN(origins); i++) {
		struct answer	*a = CALL(.path = "/campaigns/1",
				    .token = VIEWER,
				    .headers = LIST(origins[i]));
		struct answer	*b = CALL(.method = "OPTIONS",
				    .path = "/signups",
				    .headers = LIST(origins[i],
				    "Access-Control-Request-Method: POST"));

		expect_status(a, 200);
		cr_expect(strcasestr(a->head, "access-control-") == NULL,
		    "%s: %s", origins[i], a->head);
		expect_status(b, 204);
		cr_expect(strcasestr(b->head, "access-control-") == NULL);
		cr_expect(header(b, "Allow") != NULL);
	}
}

Test(everywhere, a_preflight_is_answered_without_a_token)
{
	struct answer	*a = CALL(.method = "OPTIONS", .path = "/voters/1",
			    .headers = LIST("Origin: https://www.example.org",
			    "Access-Control-Request-Method: PUT",
			    "Access-Control-Request-Headers: authorization"));

	expect_status(a, 204);
	expect_header(a, "Access-Control-Allow-Origin",
	    "https://www.example.org");
	cr_assert(header(a, "Access-Control-Allow-Methods") != NULL);
	cr_expect(strstr(header(a, "Access-Control-Allow-Methods"), "PUT") !=
	    NULL);
	cr_expect(strstr(header(a, "Access-Control-Allow-Headers"),
	    "Authorization") != NULL);
}

Test(everywhere, what_cannot_be_accepted_is_406)
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

/* Each is no JSON object, for every route that wants one. */
Test(everywhere, broken_json_is_400)
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

			/* All on the first and the signup, some on others. */
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
		    "the limit is told: %s", a->body);
	}
	/* Exactly the limit is taken. */
	memcpy(big, "{\"campaign_name\":\"Big\"}", 23);
	big[1024 * 1024] = '\0';
	expect_status(CALL(.path = "/campaigns", .token = ADMIN, .body = big),
	    201);
}

/* Rows of every kind that is changed by PUT. */
static const struct { const char *make, *path, *body; } versions[] = {
	{ "INSERT INTO voters (first_name, last_name) VALUES ('V', 'Version') "
	  "RETURNING voter_id", "/voters/%lld", "{\"city\":\"X\"}" },
	{ "INSERT INTO campaigns (campaign_name) VALUES ('Version') "
	  "RETURNING campaign_id", "/campaigns/%lld",
	  "{\"description\":\"X\"}" },
	{ "WITH v AS (INSERT INTO voters (first_name, last_name) VALUES ('V', "
	  "'Version') RETURNING voter_id) INSERT INTO interactions (voter_id, "
	  "campaign_id, interaction_type) SELECT voter_id, 1, 'Call' FROM v "
	  "RETURNING interaction_id", "/interactions/%lld",
	  "{\"outcome\":\"X\"}" },
	{ "INSERT INTO survey_questions (campaign_id, question_text, "
	  "question_type) VALUES (1, 'Version?', 'open_text') "
	  "RETURNING question_id", "/surveys/questions/%lld",
	  "{\"question_text\":\"X\"}" },
	{ "INSERT INTO segments (campaign_id, segment_name, filter) VALUES "
	  "(1, 'Version', '{}') RETURNING segment_id", "/voters/segments/%lld",
	  "{\"segment_name\":\"X\"}" },
	{ "INSERT INTO users (username, role) VALUES ('version', 'user') "
	  "RETURNING user_id", "/users/%lld", "{\"full_name\":\"X\"}" },
	{ "INSERT INTO users (username, role) VALUES ('version2', 'user') "
	  "RETURNING user_id", "/users/%lld",
	  "{\"password\":\"a new and long password\"}" },
	{ "WITH u AS (INSERT INTO users (username, role) VALUES ('member', "
	  "'user') RETURNING user_id) INSERT INTO campaign_members SELECT 1, "
	  "user_id, 'viewer' FROM u RETURNING user_id",
	  "/campaigns/1/members/%lld", "{\"role\":\"editor\"}" },
};

/* ? stands for the tag without its quotes. */
static const struct { const char *header; int status; } matches[] = {
	{ "If-Match: \"old\"", 412 },
	{ "If-Match: \"2020-01-01T00:00:00Z\", \"old\"", 412 },
	{ "If-Match: W/\"?\"", 412 },
	{ "If-Match: ?", 412 },
	{ "If-Match: \"old\", \"?\"", 200 },
	{ "If-Match: \"2020-01-01T00:00:00Z\",\"?\"", 200 },
	{ "If-Match: \"?-gzip\"", 200 },
	{ "If-Match: \"?-br\"", 200 },
	{ "If-Match: \"?\"-gzip", 200 },
	{ "If-Match: *", 200 },
};

static const struct { const char *header; int status; } unlike[] = {
	{ "If-None-Match: \"old\"", 200 },
	{ "If-None-Match: \"old\", \"?\"", 304 },
	{ "If-None-Match: W/\"?\"", 304 },
	{ "If-None-Match: \"?-gzip\"", 304 },
	{ "If-None-Match: \"?\"-br", 304 },
	{ "If-None-Match: *", 304 },
};

/* The header with the path's current tag in it. */
static const char *const *
with_tag(const char *path, const char *format)
{
	struct answer	 *a = CALL(.path = path, .token = ADMIN);
	const char	 *tag = header(a, "ETag"), *mark = strchr(format, '?');
	const char	**list = arena_alloc(&memory, 2 * sizeof(*list));

	cr_assert(tag != NULL, "%s: %d %s", path, a->status, a->body);
	list[0] = mark == NULL ? format : arena_printf(&memory, "%.*s%.*s%s",
	    (int)(mark - format), format, (int)strlen(tag) - 2, tag + 1,
	    mark + 1);
	list[1] = NULL;
	return list;
}

Test(everywhere, lists_of_tags_and_suffixes_count_in_preconditions)
{
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		const char	*path = arena_printf(&memory, "%s%s",
				    arena_strndup(&memory,
				    versions[i].path, strcspn(
				    versions[i].path, "%")),
				    sql("%s", versions[i].make));

		for (size_t k = 0; k < ARRAY_LEN(unlike); k++) {
			struct answer	*a = CALL(.path = path, .token = ADMIN,
					    .headers = with_tag(path,
					    unlike[k].header));

			cr_expect_eq(a->status, unlike[k].status,
			    "%s %s: %d %s", path, unlike[k].header, a->status,
			    a->body);
		}
		for (size_t k = 0; k < ARRAY_LEN(matches); k++) {
			struct answer	*a = CALL(.method = "PUT",
					    .path = path, .token = ADMIN,
					    .body = versions[i].body,
					    .headers = with_tag(path,
					    matches[k].header));

			cr_expect_eq(a->status, matches[k].status,
			    "%s %s: %d %s", path, matches[k].header,
			    a->status, a->body);
			if (a->status == 412)
				expect_problem(a, 412, "precondition_failed");
		}
		expect_status(CALL(.method = "DELETE", .path = path,
		    .token = ADMIN, .headers = with_tag(path,
		    "If-Match: W/\"?\"")), 412);
		expect_status(CALL(.method = "DELETE", .path = path,
		    .token = ADMIN, .headers = with_tag(path,
		    "If-Match: \"old\", \"?-gzip\"")), 200);
	}
}

Test(everywhere, request_ids_are_unlike)
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

Test(everywhere, broken_queries_are_400)
{
	static const char *const bad[] = { "last_name=%zz", "last_name=%",
				    "last_name=%ff", "last_name=%00" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		int	 status = CALL(.path = "/voters", .token = ADMIN,
			    .query = bad[i])->status;

		/* A server may mend the % before it hands it on. */
		cr_expect(status == 400 || (over_http() && status == 200),
		    "%s: %d", bad[i], status);
	}
}

Test(everywhere, a_proxy_header_changes_nothing)
{
	struct answer	*a = CALL(.path = "/health",
			    .headers = LIST("Proxy: http://127.0.0.1:1"));

	expect_status(a, 200);
	expect_text(a, "status", "ok");
}

Test(everywhere, client_headers_configure_nothing)
{
	struct answer	*a = CALL(.path = "/health", .headers = LIST(
			    "Database-Url: postgresql:///nothing",
			    "Cerberus-Conf: /nonexistent",
			    "Cerberus-Env: production"));

	expect_status(a, 200);
}

Test(everywhere, answers_are_not_cached_or_sniffed)
{
	struct answer	*a = CALL(.path = "/voters", .token = ADMIN);

	expect_header(a, "Cache-Control", "no-store");
	expect_header(a, "X-Content-Type-Options", "nosniff");
	cr_expect_eq(header_count(a, "Content-Type"), 1);
}

/* JSON, an error, a page, a file, and what needs no database. */
Test(everywhere, answers_run_nothing_and_name_no_referrer)
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

Test(everywhere, health_tells_the_schema)
{
	struct answer	*a = CALL(.path = "/health");

	expect_status(a, 200);
	expect_text(a, "status", "ok");
	expect_text(a, "database", "ok");
	cr_expect_neq(*text_at(a, "version"), '\0');
	cr_expect_str_eq(text_at(a, "schema"),
	    sql("SELECT cerberus.schema_version()"));
}
