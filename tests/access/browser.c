/* The session cookie of browsers, and for which requests it is accepted. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>

#include "call.h"
#include "sql.h"
#include "user.h"

#define OURS		"Origin: https://cerberus.example.org"
#define THEIRS		"Origin: https://evil.example.org"
#define LISTED		"Origin: https://www.example.org"
#define SAME		"Sec-Fetch-Site: same-origin"

static const char *
credentials(const char *name)
{
	return arena_printf(&memory,
	    "{\"username\":\"%s\",\"password\":\"" PASSWORD "\"}", name);
}

/* Return the Cookie header that a browser sends after this response. */
static const char *
cookie_of(const struct answer *a)
{
	const char	*set = header(a, "Set-Cookie");

	cr_assert_eq(a->status, 200, "%d %s", a->status, a->body);
	cr_assert_not_null(set);
	return arena_printf(&memory, "Cookie: theme=dark; %.*s; last=1",
	    (int)strcspn(set, ";"), set);
}

static const char *
browser(const char *name)
{
	return cookie_of(CALL(.path = "/auth/session", .body =
	    credentials(name), .headers = LIST(SAME, OURS,
	    "User-Agent: Test\tBrowser/1.0")));
}

Test(browser, scripts_cannot_read_the_cookie)
{
	const char	*name = new_user("user"), *set;
	struct answer	*a = CALL(.path = "/auth/session", .body =
			    credentials(name), .headers = LIST(SAME));

	assert_status(a, 200);
	expect_text(a, "user.username", name);
	cr_expect_not_null(at(a, "expires_at"));
	cr_expect_null(at(a, "token"));
	cr_expect_null(strstr(a->body, "cb_"));
	set = header(a, "Set-Cookie");
	cr_assert_not_null(set);
	cr_expect_eq(strncmp(set, "__Host-cerberus=cb_", 19), 0, "%s", set);
	cr_expect_not_null(strstr(set, "; Path=/;"), "%s", set);
	cr_expect_not_null(strstr(set, "; HttpOnly"), "%s", set);
	cr_expect_not_null(strstr(set, "; Secure"), "%s", set);
	cr_expect_not_null(strstr(set, "; SameSite=Strict"), "%s", set);
	cr_expect_null(strstr(set, "Domain"), "%s", set);
	expect_problem(CALL(.path = "/auth/session", .body =
	    "{\"username\":\"x\",\"password\":\"y\"}", .headers =
	    LIST(SAME)), 401, "invalid_credentials");
}

/* Status of a GET and of a POST with the cookie and these headers. */
static const struct {
	const char	*headers[3];
	int		 reads, writes;
} rows[] = {
	{ { SAME }, 200, 200 },
	{ { SAME, OURS }, 200, 200 },
	{ { "Sec-Fetch-Site: none" }, 200, 403 },
	{ { "Sec-Fetch-Site: same-site" }, 403, 403 },
	{ { "Sec-Fetch-Site: cross-site" }, 403, 403 },
	{ { "Sec-Fetch-Site: cross-site", OURS }, 403, 403 },
	{ { "Sec-Fetch-Site: same-site", LISTED }, 403, 403 },
	{ { "Sec-Fetch-Site: Same-Origin" }, 403, 403 },
	/* Browsers without that header. */
	{ { NULL }, 200, 403 },
	{ { OURS }, 200, 200 },
	{ { THEIRS }, 403, 403 },
	{ { LISTED }, 403, 403 },
	{ { "Origin: null" }, 403, 403 },
	{ { "Origin: https://cerberus.example.or" }, 403, 403 },
	{ { "Origin: https://cerberus.example.org.evil.org" }, 403, 403 },
	{ { "Origin: http://cerberus.example.org" }, 403, 403 },
};

Test(browser, the_cookie_is_for_the_sites_own_pages)
{
	const char	*cookie = browser(new_user("user"));

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const	 headers[] = { cookie,
					    rows[i].headers[0],
					    rows[i].headers[1], NULL };
		struct answer		*r = CALL(.path = "/auth/me",
					    .headers = headers);
		struct answer		*w = CALL(.path = "/auth/api-keys",
					    .body = "{\"name\":\"k\"}",
					    .headers = headers);

		cr_expect_eq(r->status, rows[i].reads, "row %zu: %d %s", i,
		    r->status, r->body);
		cr_expect_eq(w->status, rows[i].writes == 200 ? 201 : 403,
		    "row %zu: %d %s", i, w->status, w->body);
		if (rows[i].reads == 403)
			expect_problem(r, 403, "cross_site");
		if (rows[i].writes == 403)
			expect_problem(w, 403, "cross_site");
	}
}

/* A page of another site can neither use a session nor begin one. */
Test(browser, another_site_cannot_sign_in)
{
	const char	*body = credentials(new_user("user"));

	expect_problem(CALL(.path = "/auth/session", .body = body,
	    .headers = LIST("Sec-Fetch-Site: cross-site")), 403,
	    "cross_site");
	expect_problem(CALL(.path = "/auth/session", .body = body,
	    .headers = LIST(THEIRS)), 403, "cross_site");
	expect_problem(CALL(.path = "/auth/session", .body = body,
	    .headers = LIST(LISTED)), 403, "cross_site");
	/* A program that is not a browser sends neither header. */
	expect_status(CALL(.path = "/auth/session", .body = body), 200);
}

Test(browser, the_authorization_header_precedes_the_cookie)
{
	const char	*name = new_user("user"), *cookie = browser(name);

	expect_text(CALL(.path = "/auth/me", .token = VIEWER, .headers =
	    LIST(cookie, SAME)), "user.username", "viewer");
	expect_text(CALL(.path = "/auth/me", .token = VIEWER, .headers =
	    LIST(cookie, THEIRS)), "user.username", "viewer");
	expect_problem(CALL(.path = "/auth/me", .token =
	    "test-token-that-is-a-guess", .headers = LIST(cookie, SAME)),
	    401, "invalid_token");
	expect_problem(CALL(.path = "/auth/me", .headers = LIST(cookie, SAME,
	    "Authorization: Basic YTpi")), 401, "missing_token");
	expect_text(CALL(.path = "/auth/me", .headers = LIST(cookie, SAME)),
	    "user.username", name);
	expect_problem(CALL(.path = "/auth/me", .headers = LIST(SAME,
	    "Cookie: cerberus=x; x__Host-cerberus=y")), 401,
	    "missing_token");
	expect_problem(CALL(.path = "/auth/me", .headers = LIST(SAME,
	    "Cookie: __Host-cerberus=cb_made-up-0123456789")), 401,
	    "invalid_token");
}

/* Under /~user/, and if the configuration says so. */
Test(browser, a_shared_origin_has_no_cookie)
{
	const char	*name = new_user("user"), *cookie = browser(name);

	for (int i = 0; i < 2; i++) {
		const char	*env = i == 0 ?
				    "SCRIPT_NAME=/~ada/cerberus/auth" :
				    "CERBERUS_CONF=";

		if (i == 1) {
			const char	*conf = arena_printf(&memory,
					    "%s.shared",
					    getenv("CERBERUS_CONF"));
			char		 line[1024];
			FILE		*in, *out;

			in = fopen(getenv("CERBERUS_CONF"), "re");
			out = fopen(conf, "we");
			cr_assert(in != NULL && out != NULL);
			while (fgets(line, sizeof(line), in) != NULL)
				fputs(line, out);
			fputs("[access]\nshared_origin = yes\n", out);
			fclose(in);
			cr_assert_eq(fclose(out), 0);
			cr_assert_eq(chmod(conf, 0600), 0);
			env = arena_printf(&memory, "CERBERUS_CONF=%s",
			    conf);
		}
		expect_problem(PROGRAM(.path = "/auth/session", .body =
		    credentials(name), .headers = LIST(SAME), .env =
		    LIST(env)), 403, "shared_origin");
		expect_problem(PROGRAM(.path = "/auth/session", .body =
		    credentials(name), .env = LIST(env)), 403,
		    "shared_origin");
		expect_problem(PROGRAM(.path = "/auth/me", .headers =
		    LIST(cookie, SAME), .env = LIST(env)), 403,
		    "shared_origin");
		expect_status(PROGRAM(.path = "/auth/me", .token = VIEWER,
		    .headers = LIST(cookie, SAME), .env = LIST(env)), 200);
		expect_status(PROGRAM(.path = "/auth/login", .body =
		    credentials(name), .env = LIST(env)), 200);
	}
}

Test(browser, sessions_are_listed_and_ended)
{
	const char	*name = new_user("user"), *here = browser(name);
	const char	*there = text_at(CALL(.path = "/auth/login", .body =
			    credentials(name)), "token");
	const char	*other = browser(new_user("user"));
	struct answer	*a;
	int64_t		 id;

	a = CALL(.path = "/auth/sessions", .headers = LIST(here, SAME));
	assert_status(a, 200);
	expect_number(a, "total_sessions", 2);
	expect_text(a, "sessions.0.agent", "TestBrowser/1.0");
	cr_expect(json_object_get_boolean(at(a, "sessions.0.current")));
	cr_expect_not(json_object_get_boolean(at(a, "sessions.1.current")));
	cr_expect_neq(number_at(a, "sessions.0.session_id"), -1);
	cr_expect_null(strstr(a->body, "cb_"));
	id = number_at(a, "sessions.1.session_id");
	/* Only the owner can end it. */
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/auth/sessions/%lld", (long long)id), .headers = LIST(other,
	    SAME)), 404);
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/auth/sessions/%lld", (long long)id), .token = ADMIN), 404);
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/auth/sessions/%lld", (long long)id), .headers = LIST(here,
	    SAME)), 200);
	expect_status(CALL(.path = "/auth/me", .token = there), 401);
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/auth/sessions/%lld", (long long)id), .headers = LIST(here,
	    SAME)), 404);
	/* An API key is not a session. */
	expect_number(CALL(.path = "/auth/sessions", .token = NOBODY),
	    "total_sessions", 0);
}

Test(browser, signing_out_removes_the_cookie)
{
	const char	*cookie = browser(new_user("user"));
	struct answer	*a;

	expect_problem(CALL(.method = "POST", .path = "/auth/logout",
	    .headers = LIST(cookie)), 403, "cross_site");
	a = CALL(.method = "POST", .path = "/auth/logout", .headers =
	    LIST(cookie, SAME));
	assert_status(a, 200);
	cr_assert_not_null(header(a, "Set-Cookie"));
	cr_expect_eq(strncmp(header(a, "Set-Cookie"), "__Host-cerberus=; "
	    "Path=/; Max-Age=0;", 36), 0, "%s", header(a, "Set-Cookie"));
	expect_status(CALL(.path = "/auth/me", .headers = LIST(cookie, SAME)),
	    401);
}

/* The cookie identifies a device that is signed in: see signin.c. */
Test(browser, a_known_browser_does_not_wait_for_others)
{
	const char	*name = new_user("user"), *cookie = browser(name);

	sql("INSERT INTO login_tries VALUES ('name ' ||"
	    " cerberus.login_name('%s'), 1000, now() + interval '1 minute')"
	    " ON CONFLICT (key) DO UPDATE SET tries = 1000,"
	    " last_at = excluded.last_at", name);
	expect_status(PROGRAM(.path = "/auth/session", .body =
	    credentials(name), .env = LIST("RATE_LIMIT=on")), 429);
	expect_status(PROGRAM(.path = "/auth/session", .body =
	    credentials(name), .headers = LIST(cookie, SAME), .env =
	    LIST("RATE_LIMIT=on")), 200);
}
