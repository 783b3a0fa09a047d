/* Responses (RFC 3875), problem documents (RFC 9457), and CORS. */
#include <criterion/criterion.h>
#include <json-c/json.h>

#include "fake.h"
#include "http/cors.h"
#include "http/problem.h"
#include "http/resp.h"

static struct fake	 f;
static struct resp	 rs;
static struct err	 e;

static void
begin(void)
{
	fake_init(&f, NULL, "", 0, 1);
	resp_init(&rs, &f.io);
}

static void
finish(void)
{
	resp_release(&rs);
}

TestSuite(resp, .init = begin, .fini = finish);
TestSuite(cors, .init = begin, .fini = finish);

Test(resp, sends_headers_and_body_together)
{
	buf_adds(resp_json(&rs, 201), "{}");
	rs.etag = "\"v1\"";
	resp_header(&rs, "Location", "/x");
	cr_expect_eq(f.out_len, 0, "output before the response is complete");
	resp_send(&rs);
	cr_expect_str_eq(f.out, "Status: 201\r\nContent-Type: application/json"
	    "\r\nETag: \"v1\"\r\n" RESP_POLICY("")
	    "Location: /x\r\nContent-Length: 2\r\n\r\n{}");
}

Test(resp, without_a_body_has_no_type_or_length)
{
	rs.status = 204;
	resp_send(&rs);
	cr_expect_str_eq(f.out, "Status: 204\r\n" RESP_POLICY("") "\r\n");
}

Test(resp, head_keeps_the_length_and_drops_the_body)
{
	buf_adds(resp_json(&rs, 200), "{\"a\":1}");
	rs.no_body = true;
	resp_send(&rs);
	cr_expect(strstr(f.out, "Content-Length: 7\r\n") != NULL);
	cr_expect_str_eq(f.out + f.out_len - 4, "\r\n\r\n");
}

Test(resp, headers_cannot_be_split)
{
	resp_header(&rs, "Location", "/x\r\nSet-Cookie: a=b");
	resp_header(&rs, "Location", "/x\nSet-Cookie: a=b");
	cr_expect_eq(rs.head.len, 0);
}

Test(resp, streams_in_pieces)
{
	cr_assert_eq(resp_stream(&rs, 200, "text/csv"), 0);
	cr_expect_eq(resp_write(&rs, "a\r\n", 3), 0);
	cr_expect_eq(resp_write(&rs, "b\r\n", 3), 0);
	resp_send(&rs);
	cr_expect_str_eq(f.out, "Status: 200\r\nContent-Type: text/csv\r\n"
	    RESP_POLICY("") "\r\na\r\nb\r\n");
	f.gone = true;
	cr_expect_eq(resp_write(&rs, "c", 1), -1);
	cr_expect(rs.broken);
}

Test(resp, a_body_beyond_the_limit_is_500)
{
	resp_json(&rs, 200);
	rs.body.failed = true;
	resp_send(&rs);
	cr_expect_eq(strncmp(f.out, "Status: 500\r\n", 13), 0);
}

Test(resp, clear_removes_everything_for_the_next_request)
{
	buf_adds(resp_json(&rs, 201), "secret");
	resp_header(&rs, "X-Secret", "secret");
	rs.etag = "\"secret\"";
	rs.no_body = true;
	resp_send(&rs);
	f.out_len = 0;
	resp_clear(&rs, &f.io);
	rs.status = 204;
	resp_send(&rs);
	cr_expect_str_eq(f.out, "Status: 204\r\n" RESP_POLICY("") "\r\n");
	cr_expect(!rs.no_body);
}

/* Return the parsed problem document; free it with json_object_put(). */
static struct json_object *
problem(void)
{
	f.out_len = 0;
	resp_clear(&rs, &f.io);
	problem_json(&rs, &e, "id1");
	resp_send(&rs);
	return json_tokener_parse(strstr(f.out, "\r\n\r\n") + 4);
}

static const char *
member(struct json_object *o, const char *name)
{
	struct json_object	*v;

	return json_object_object_get_ex(o, name, &v) ?
	    json_object_get_string(v) : "(none)";
}

Test(resp, a_problem_has_all_members)
{
	for (int c = ERR_NONE + 1; c < ERR__MAX; c++) {
		const struct err_kind	*k = err_kind((enum err_code)c);
		struct json_object	*o;
		char			 status[16];

		memset(&e, 0, sizeof(e));
		err_set(&e, (enum err_code)c, "A \"sentence\".");
		o = problem();
		cr_assert(o != NULL, "%s", f.out);
		snprintf(status, sizeof(status), "%d", k->status);
		cr_expect_str_eq(member(o, "status"), status);
		cr_expect_str_eq(member(o, "title"), k->title);
		cr_expect_str_eq(member(o, "code"), k->slug);
		cr_expect_str_eq(member(o, "detail"), "A \"sentence\".");
		cr_expect_str_eq(member(o, "error"), "A \"sentence\".");
		cr_expect_str_eq(member(o, "request_id"), "id1");
		cr_expect(strstr(member(o, "type"), k->slug) != NULL);
		cr_expect(strstr(f.out, "application/problem+json\r\n") !=
		    NULL);
		cr_expect_eq(strstr(f.out, "WWW-Authenticate: Bearer") !=
		    NULL, k->status == 401);
		cr_expect_eq(strstr(f.out, "Retry-After: ") != NULL,
		    k->status == 503);
		json_object_put(o);
	}
}

Test(resp, internal_details_are_not_sent)
{
	struct json_object	*o;

	err_detail(&e, ERR_INTERNAL, "relation \"secrets\" does not exist");
	o = problem();
	cr_expect(strstr(f.out, "secrets") == NULL, "%s", f.out);
	cr_expect_neq(member(o, "detail")[0], '\0');
	json_object_put(o);
	memset(&e, 0, sizeof(e));
	e.retry_after = 7;
	err_detail(&e, ERR_UNAVAILABLE, "password authentication failed");
	o = problem();
	cr_expect(strstr(f.out, "password") == NULL, "%s", f.out);
	cr_expect(strstr(f.out, "Retry-After: 7\r\n") != NULL, "%s", f.out);
	json_object_put(o);
}

Test(resp, missing_fields_are_listed_in_one_sentence)
{
	struct json_object	*o;

	err_field(&e, "last_name", "required", "last_name is required.");
	err_field(&e, "email_address", "required", "x");
	o = problem();
	cr_expect_str_eq(member(o, "error"),
	    "Missing required fields: last_name, email_address");
	cr_expect_str_eq(member(o, "code"), "missing_fields");
	json_object_put(o);
}

Test(resp, an_html_page_escapes_its_text)
{
	err_set(&e, ERR_INVALID, "<script>'\"&");
	problem_page(&rs, &e);
	resp_send(&rs);
	cr_expect(strstr(f.out, "Status: 400\r\nContent-Type: text/html") ==
	    f.out, "%s", f.out);
	cr_expect(strstr(f.out, "&lt;script&gt;&#39;&quot;&amp;") != NULL);
	cr_expect(strstr(f.out, "<script>") == NULL);
}

static const char	*origins[] = { "https://a.example" };
static struct cfg	 cfg = { .cors_origins = { origins, 1 } };

Test(cors, allows_listed_origins_only)
{
	static const char *const others[] = {
		"https://b.example", "http://a.example", "https://A.example",
		"https://a.example.evil", "https://a.example:8443",
		"https://a.exampl", "null", "*",
	};
	struct req	 rq = { .cfg = &cfg, .origin = "https://a.example" };

	cors_headers(&rq, &rs);
	cr_expect(strstr(buf_str(&rs.head), "Vary: Origin\r\n") != NULL);
	cr_expect(strstr(buf_str(&rs.head), "Access-Control-Allow-Origin: "
	    "https://a.example\r\n") != NULL);
	cr_expect(strstr(buf_str(&rs.head),
	    "Access-Control-Allow-Credentials: true\r\n") != NULL);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		buf_clear(&rs.head, SIZE_MAX);
		rq.origin = others[i];
		cors_headers(&rq, &rs);
		cors_preflight(&rq, &rs, "GET");
		cr_expect_str_eq(buf_str(&rs.head), "Vary: Origin\r\n", "%s",
		    others[i]);
	}
}

Test(cors, sends_no_headers_without_configured_origins)
{
	struct cfg	 none = { .arena = { 0 } };
	struct req	 rq = { .cfg = &none, .origin = "https://a.example" };

	cors_headers(&rq, &rs);
	cors_preflight(&rq, &rs, "GET");
	cr_expect_str_eq(buf_str(&rs.head), "");
}

Test(cors, preflight_lists_what_is_allowed)
{
	struct req	 rq = { .cfg = &cfg, .origin = "https://a.example" };

	cors_preflight(&rq, &rs, "GET, POST");
	cr_expect(strstr(buf_str(&rs.head),
	    "Access-Control-Allow-Methods: GET, POST\r\n") != NULL);
	cr_expect(strstr(buf_str(&rs.head), "Authorization") != NULL);
	cr_expect(strstr(buf_str(&rs.head), "If-Match") != NULL);
}
