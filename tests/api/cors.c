/* CORS: which origins may use the interface from a browser. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

Test(cors, a_listed_origin_gets_cors_headers)
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

Test(cors, errors_have_cors_headers_too)
{
	struct answer	*a = CALL(.path = "/signups", .body = "{}",
			    .headers = LIST(
			    "Origin: https://other.example.org"));

	expect_problem(a, 400, "invalid_json");
	expect_header(a, "Access-Control-Allow-Origin",
	    "https://other.example.org");
}

Test(cors, an_unlisted_origin_gets_no_cors_headers)
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

Test(cors, a_preflight_is_answered_without_a_token)
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
