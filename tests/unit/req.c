/* Parsing the CGI variables of a request (RFC 3875), and routing. */
#include <criterion/criterion.h>

#include "fake.h"
#include "http/req.h"
#include "http/route.h"

static struct arena	 a;
static struct cfg	 cfg;
static struct err	 e;
static struct fake	 f;
static struct req	 rq;

static void
finish(void)
{
	arena_release(&a);
}

TestSuite(req, .fini = finish);
TestSuite(route, .fini = finish);

static int
request(const char *const *env)
{
	memset(&e, 0, sizeof(e));
	fake_init(&f, env, "", 0, 1);
	return req_init(&rq, &a, &cfg, &f.io, &e);
}

#define REQUEST(...)	request((const char *const[]){ __VA_ARGS__, NULL })

Test(req, reads_the_method)
{
	static const struct {
		const char	*var;
		enum method	 m;
		bool		 head;
	} t[] = {
		{ "REQUEST_METHOD=GET", M_GET, false },
		{ "REQUEST_METHOD=HEAD", M_GET, true },
		{ "REQUEST_METHOD=POST", M_POST, false },
		{ "REQUEST_METHOD=PUT", M_PUT, false },
		{ "REQUEST_METHOD=PATCH", M_PATCH, false },
		{ "REQUEST_METHOD=DELETE", M_DELETE, false },
		{ "REQUEST_METHOD=OPTIONS", M_OPTIONS, false },
		{ "REQUEST_METHOD=TRACE", M__MAX, false },
		{ "REQUEST_METHOD=get", M__MAX, false },
		{ "REQUEST_METHOD=G", M__MAX, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		cr_assert_eq(REQUEST(t[i].var), 0);
		cr_expect_eq(rq.method, t[i].m, "%s", t[i].var);
		cr_expect_eq(rq.head, t[i].head, "%s", t[i].var);
	}
}

Test(req, missing_method_is_an_error_that_names_the_variable)
{
	cr_expect_eq(REQUEST("PATH_INFO=/"), -1);
	cr_expect(strstr(e.msg, "REQUEST_METHOD") != NULL);
	cr_expect_neq(rq.id[0], '\0', "no request id for the answer");
}

Test(req, splits_the_path_and_ignores_trailing_slashes)
{
	static const struct { const char *var, *path; size_t n; } t[] = {
		{ "PATH_INFO=", "", 0 }, { "PATH_INFO=/", "", 0 },
		{ "PATH_INFO=//", "", 0 }, { "PATH_INFO=/5", "/5", 1 },
		{ "PATH_INFO=/5/", "/5", 1 },
		{ "PATH_INFO=/5/tags/a b", "/5/tags/a b", 3 },
		{ "PATH_INFO=/5//tags", "/5//tags", 3 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		cr_assert_eq(REQUEST("REQUEST_METHOD=GET", t[i].var), 0);
		cr_expect_str_eq(rq.path, t[i].path);
		cr_expect_eq(rq.segments, t[i].n, "%s", t[i].var);
	}
	cr_assert_eq(REQUEST("REQUEST_METHOD=GET",
	    "PATH_INFO=/1/2/3/4/5/6/7/8/9/10/11/12"), 0);
	cr_expect_eq(rq.segments, 12);
	cr_expect_eq(REQUEST("REQUEST_METHOD=GET", "PATH_INFO=/\xff"), -1);
	cr_expect_eq(err_kind(e.code)->status, 404);
}

Test(req, reads_the_media_type_and_the_boundary)
{
	static const struct { const char *var, *type, *boundary; } t[] = {
		{ "CONTENT_TYPE=application/json", "application/json", NULL },
		{ "CONTENT_TYPE=Application/JSON; charset=utf-8",
		  "application/json", NULL },
		{ "CONTENT_TYPE=", "", NULL },
		{ "CONTENT_TYPE=multipart/form-data; boundary=abc",
		  "multipart/form-data", "abc" },
		{ "CONTENT_TYPE=multipart/form-data;boundary=\"a b\"; x=y",
		  "multipart/form-data", "a b" },
		{ "CONTENT_TYPE=multipart/form-data; x=y; BOUNDARY=abc;z",
		  "multipart/form-data", "abc" },
		{ "CONTENT_TYPE=multipart/form-data; boundary=",
		  "multipart/form-data", "" },
		{ "CONTENT_TYPE=;", "", NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		cr_assert_eq(REQUEST("REQUEST_METHOD=POST", t[i].var), 0);
		cr_expect_str_eq(rq.type, t[i].type);
		cr_expect(t[i].boundary == NULL ? rq.boundary == NULL :
		    rq.boundary != NULL &&
		    strcmp(rq.boundary, t[i].boundary) == 0, "%s", t[i].var);
	}
}

Test(req, reads_the_token)
{
	cr_assert_eq(REQUEST("REQUEST_METHOD=GET",
	    "HTTP_AUTHORIZATION=Bearer abc"), 0);
	cr_expect_str_eq(rq.token, "abc");
	cr_assert_eq(REQUEST("REQUEST_METHOD=GET",
	    "HTTP_AUTHORIZATION=bearer  abc"), 0);
	cr_expect_str_eq(rq.token, "abc");
	cr_assert_eq(REQUEST("REQUEST_METHOD=GET",
	    "REDIRECT_HTTP_AUTHORIZATION=Bearer abc"), 0);
	cr_expect_str_eq(rq.token, "abc");
	cr_assert_eq(REQUEST("REQUEST_METHOD=GET",
	    "HTTP_AUTHORIZATION=Basic abc"), 0);
	cr_expect(rq.token == NULL);
	cr_assert_eq(REQUEST("REQUEST_METHOD=GET"), 0);
	cr_expect(rq.token == NULL);
}

Test(req, ids_differ)
{
	const char	*first;

	cr_assert_eq(REQUEST("REQUEST_METHOD=GET"), 0);
	first = rq.id;
	cr_assert_eq(REQUEST("REQUEST_METHOD=GET"), 0);
	cr_expect_str_neq(first, rq.id);
	cr_expect_eq(strlen(rq.id), 24);
}

Test(req, a_broken_query_is_malformed)
{
	cr_expect_eq(REQUEST("REQUEST_METHOD=GET", "QUERY_STRING=a=%zz"), -1);
	cr_expect_eq(err_kind(e.code)->status, 400);
}

/* RFC 9110 section 12.5.1. */
Test(req, accept_allows_what_the_header_lists)
{
	static const struct { const char *accept; bool json; } t[] = {
		{ NULL, true }, { "*/*", true }, { "application/json", true },
		{ "application/*", true }, { "APPLICATION/JSON", true },
		{ "text/html, application/json;q=0.1", true },
		{ "text/html", false }, { "text/*", false },
		{ "application/json;q=0", false },
		{ "*/*;q=0", false },
		{ "*/*, application/json;q=0", false },
		{ "application/json;q=0.000", false },
		{ "*/*;q=0, application/json", true },
		{ "application/json ; q=0.5", true },
		{ "application/json;version=1;q=0.5", true },
		{ "application/jsonx", false },
		{ "text/html,,application/json", true },
		{ ",", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		cr_expect_eq(accept_allows(t[i].accept, "application/json"),
		    t[i].json, "%s", t[i].accept != NULL ? t[i].accept : "-");
}

Test(req, accept_prefers_the_higher_quality)
{
	static const char	 browser[] = "text/html,application/xhtml+xml,"
				    "application/xml;q=0.9,image/avif,"
				    "*/*;q=0.8";

	cr_expect(accept_prefers(browser, "text/html", "application/json"));
	cr_expect(!accept_prefers("*/*", "text/html", "application/json"));
	cr_expect(!accept_prefers(NULL, "text/html", "application/json"));
	cr_expect(!accept_prefers("text/html;q=0.5, application/json",
	    "text/html", "application/json"));
	cr_expect(accept_prefers("text/*, application/json;q=0.9",
	    "text/html", "application/json"));
}

static int
nothing(struct req *q, struct resp *rs, struct err *x)
{
	(void)q;
	(void)rs;
	(void)x;
	return 0;
}

static const struct route	 routes[] = {
	{ .method = M_GET, .path = "/", .handle = nothing },
	{ .method = M_POST, .path = "/", .handle = nothing },
	{ .method = M_GET, .path = "/export", .handle = nothing },
	{ .method = M_GET, .path = "/:id", .handle = nothing },
	{ .method = M_DELETE, .path = "/:id/tags/:name", .handle = nothing },
};

/* Return the index of the route, or minus the error's status. */
static int
found(const char *method, const char *path, const char **allow)
{
	const struct route	*row;

	cr_assert_eq(request((const char *const[]){ arena_printf(&a,
	    "REQUEST_METHOD=%s", method), arena_printf(&a, "PATH_INFO=%s",
	    path), NULL }), 0);
	*allow = NULL;
	if (route_find(routes, ARRAY_LEN(routes), &rq, &row, allow, &e) != 0)
		return -err_kind(e.code)->status;
	return row == NULL ? 99 : (int)(row - routes);
}

Test(route, matches_path_and_method)
{
	static const struct { const char *method, *path; int row; } t[] = {
		{ "GET", "", 0 }, { "GET", "/", 0 }, { "HEAD", "/", 0 },
		{ "POST", "/", 1 }, { "GET", "/export", 2 },
		{ "GET", "/export/", 2 }, { "GET", "/17", 3 },
		{ "DELETE", "/17/tags/a", 4 },
		{ "GET", "/0", -404 }, { "GET", "/-1", -404 },
		{ "GET", "/1x", -404 }, { "GET", "/x", -404 },
		{ "GET", "/99999999999999999999", -404 },
		{ "GET", "/9223372036854775807", 3 },
		{ "GET", "//17", -404 }, { "GET", "/17//", 3 },
		{ "DELETE", "/17/tags", -404 }, { "DELETE", "/17/tags/", -404 },
		{ "GET", "/1/2/3/4/5/6/7/8/9", -404 },
		{ "GET", "17", -404 },
		{ "PUT", "/", -405 }, { "DELETE", "/17", -405 },
		{ "TRACE", "/", -405 }, { "TRACE", "/x", -404 },
		{ "OPTIONS", "/", 99 }, { "OPTIONS", "/x", -404 },
	};
	const char	*allow;

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		cr_expect_eq(found(t[i].method, t[i].path, &allow), t[i].row,
		    "%s %s", t[i].method, t[i].path);
}

/* An absent column is zero, which must not open a route to everybody. */
Test(route, a_row_without_access_is_for_admins)
{
	cr_expect_eq(route_access(&routes[0]), ACCESS_ADMIN);
}

static int64_t	 given_id;

static int
take_id(struct req *q, struct resp *rs, int64_t id, struct err *x)
{
	(void)q;
	(void)rs;
	(void)x;
	given_id = id;
	return 0;
}

Test(route, by_id_gets_the_first_id_of_the_path)
{
	static const struct route	 row = { .method = M_GET,
		.path = "/:id/x/:id", .by_id = take_id };
	const struct route		*seen;
	const char			*allow;

	cr_assert_eq(REQUEST("REQUEST_METHOD=GET", "PATH_INFO=/17/x/18"), 0);
	cr_assert_eq(route_find(&row, 1, &rq, &seen, &allow, &e), 0);
	rq.route = seen;
	cr_expect_eq(route_call(&rq, NULL, &e), 0);
	cr_expect_eq(given_id, 17);
}

Test(route, refuses_unknown_and_repeated_parameters)
{
	static const char *const	 known[] = { "a", "b", NULL };
	static const struct {
		const char	*query, *field, *slug;
	} t[] = {
		{ "QUERY_STRING=a=1&b=2", NULL, NULL },
		{ "QUERY_STRING=a=1&c=2", "c", "unknown_parameter" },
		{ "QUERY_STRING=a=1&a=2", "a", "duplicate" },
	};
	struct route			 row = { .access = ACCESS_STAFF,
		.params = known };

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		cr_assert_eq(REQUEST("REQUEST_METHOD=GET", t[i].query), 0);
		rq.route = &row;
		cr_expect_eq(route_check_params(&rq, &e),
		    t[i].field == NULL ? 0 : -1, "%s", t[i].query);
		cr_assert_eq(e.nfields, t[i].field == NULL ? 0U : 1U);
		if (t[i].field == NULL)
			continue;
		cr_expect_str_eq(e.field[0].name, t[i].field);
		cr_expect_str_eq(e.field[0].slug, t[i].slug);
	}
	/* Without params, staff may send none, and the public any. */
	row.params = NULL;
	cr_expect_eq(route_check_params(&rq, &e), -1);
	row.access = ACCESS_PUBLIC;
	cr_expect_eq(route_check_params(&rq, &e), 0);
}

Test(route, lists_allowed_methods)
{
	const char	*allow;

	cr_expect_eq(found("PUT", "/", &allow), -405);
	cr_expect_str_eq(allow, "GET, HEAD, POST, OPTIONS");
	cr_expect_eq(found("GET", "/1/tags/x", &allow), -405);
	cr_expect_str_eq(allow, "DELETE, OPTIONS");
	cr_expect_eq(found("OPTIONS", "/1", &allow), 99);
	cr_expect_str_eq(allow, "GET, HEAD, OPTIONS");
	cr_expect_eq(found("GET", "/nothing/here", &allow), -404);
	cr_expect(allow == NULL);
}

Test(route, sets_ids_and_names_from_the_path)
{
	const char	*allow;

	cr_assert_eq(found("DELETE", "/17/tags/a b", &allow), 4);
	cr_expect_eq(rq.path_id[0], 17);
	cr_expect_str_eq(rq.path_name, "a b");
}
