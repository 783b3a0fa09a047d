/* Signups by forms: their encodings, redirects and pages, the honeypot. */
#include <criterion/criterion.h>

#include "signups.h"
#include "sql.h"

Test(signup_forms, a_form_is_accepted)
{
	struct answer	*a = CALL(.path = "/signups", .type = FORM, .body =
			    "first_name=F%C3%BC&last_name=Form&email_address="
			    "form%40example.org&campaign_id=3&phone_number=&"
			    "interests%5Bwants_to_endorse%5D=on&"
			    "interests[agreed_to_emails]=yes&utm=1");

	assert_status(a, 201);
	cr_assert(a->json != NULL, "JSON unless the client prefers HTML");
	cr_expect_str_eq(voter_column(a, "first_name"), "F\xc3\xbc");
	cr_expect_str_eq(interaction_column(a, "notes"),
	    "Expressed interest: Endorse.");
	cr_expect_str_eq(sql("SELECT granted FROM consents WHERE voter_id = "
	    "%lld", (long long)number_at(a, "voter_id")), "t");
}

Test(signup_forms, a_multipart_form_is_accepted)
{
	struct answer	*a = CALL(.path = "/signups",
	    .type = "multipart/form-data; boundary=\"x y\"", .body =
	    "--x y\r\nContent-Disposition: form-data; name=\"first_name\"\r\n"
	    "\r\nMulti\r\n--x y\r\nContent-Disposition: form-data; "
	    "name=\"last_name\"\r\n\r\nPart\r\n--x y\r\n"
	    "Content-Disposition: form-data; name=\"email_address\"\r\n\r\n"
	    "multi@example.org\r\n--x y\r\nContent-Disposition: form-data; "
	    "name=\"campaign_id\"\r\n\r\n3\r\n--x y\r\nContent-Disposition: "
	    "form-data; name=\"photo\"; filename=\"a.png\"\r\n\r\n\x89PNG\r\n"
	    "--x y--\r\n");

	assert_status(a, 201);
	cr_expect_str_eq(voter_column(a, "first_name || last_name"),
	    "MultiPart");
}

Test(signup_forms, malformed_forms_are_400)
{
	static const struct { const char *type, *body; } bad[] = {
		{ FORM, "first_name=%zz" }, { FORM, "first_name=%ff" },
		{ FORM, "first_name=%00" }, { FORM, "" },
		{ "multipart/form-data", "--x--" },
		{ "multipart/form-data; boundary=", "--x--" },
		{ "multipart/form-data; boundary=x", "nonsense" },
		{ "multipart/form-data; boundary=x", "--x\r\n" },
		{ "multipart/form-data; boundary=x",
		  "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n"
		  "\r\nx" },
		{ "multipart/form-data; boundary=x", "--x--\r\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct answer	*a = CALL(.path = "/signups",
				    .type = bad[i].type, .body = bad[i].body);

		cr_expect_eq(a->status, 400, "row %zu: %d %s", i, a->status,
		    a->body);
		cr_expect_neq(*text_at(a, "code"), '\0', "%s", a->body);
	}
}

/* A server says where the request was, so that the address can be relative. */
#define THANKS	(over_http() ? "../../api/v1/signups/thanks" : \
		"/api/v1/signups/thanks")
#define BROWSER	LIST("Accept: text/html,application/xhtml+xml,*/*;q=0.8")

Test(signup_forms, a_browser_is_redirected_to_the_campaigns_page)
{
	struct answer	*a = CALL(.path = "/signups", .type = FORM,
			    .headers = BROWSER, .body =
			    "first_name=B&last_name=Browser&email_address="
			    "browser%40example.org&campaign_id=1&"
			    "redirect=https://evil.example.org&"
			    "signup_redirect_url=https://evil.example.org");

	expect_status(a, 303);
	expect_header(a, "Location", "https://own.example.org/thanks");
}

Test(signup_forms, a_browser_is_redirected_to_thanks_without_such_a_page)
{
	struct answer	*a = CALL(.path = "/signups", .type = FORM,
			    .headers = BROWSER, .body =
			    "first_name=B&last_name=Browser&email_address="
			    "browser2%40example.org&campaign_id=3&next=//evil");

	expect_status(a, 303);
	expect_header(a, "Location", THANKS);
	a = CALL(.method = "GET", .path = "/signups/thanks");
	expect_status(a, 200);
	expect_header(a, "Content-Type", "text/html; charset=utf-8");
	cr_expect(strstr(a->body, "Thank you") != NULL);
}

Test(signup_forms, the_query_names_the_campaign_that_the_form_does_not)
{
	static const char	 body[] = "first_name=Q&last_name=Query&"
	    "email_address=query%40example.org";
	struct answer		*a = CALL(.path = "/signups",
				    .query = "fbclid=x&campaign=3",
				    .type = FORM, .body = body);

	assert_status(a, 201);
	cr_expect_str_eq(interaction_column(a, "campaign_id"), "3");
	a = CALL(.path = "/signups", .query = "campaign=3", .type = FORM,
	    .body = "campaign_id=1&first_name=Q&last_name=Query&"
	    "email_address=query%40example.org");
	assert_status(a, 201);
	cr_expect_str_eq(interaction_column(a, "campaign_id"), "1");
	expect_status(CALL(.path = "/signups", .query = "campaign=x",
	    .type = FORM, .body = body), 400);
	expect_status(CALL(.path = "/signups", .query = "campaign=999",
	    .type = FORM, .body = body), 404);
}

Test(signup_forms, an_error_page_says_what_is_wrong_with_each_field)
{
	struct answer	*a = CALL(.path = "/signups", .type = FORM,
			    .headers = BROWSER, .body = "first_name=A&"
			    "campaign_id=3&email_address=nobody");

	expect_status(a, 400);
	cr_expect(strstr(a->body, "<li>") != NULL, "%s", a->body);
	cr_expect(strstr(a->body, "last_name") != NULL, "%s", a->body);
	cr_expect(strstr(a->body, "Go back") != NULL, "%s", a->body);
}

Test(signup_forms, a_browsers_error_is_a_page_with_the_same_status)
{
	struct answer	*a = CALL(.path = "/signups", .type = FORM,
			    .headers = BROWSER,
			    .body = "first_name=<script>&campaign_id=1");
	struct answer	*b = CALL(.path = "/signups", .type = FORM,
			    .headers = BROWSER, .body =
			    "first_name=B&last_name=Browser&email_address="
			    "b3%40example.org&campaign_id=99999");

	expect_status(a, 400);
	expect_header(a, "Content-Type", "text/html; charset=utf-8");
	cr_expect(strstr(a->body, "last_name, email_address") != NULL);
	cr_expect(strstr(a->body, "<script>") == NULL);
	expect_status(b, 404);
	cr_expect(strstr(b->body, "Campaign with ID 99999 not found.") !=
	    NULL);
}

#define VALID	"first_name=P&last_name=Page&" \
		"email_address=page%40example.org&campaign_id=3"

Test(signup_forms, error_pages_keep_the_status_of_the_error)
{
	static char	 big[1024 * 1024 + 2];
	struct answer	*a[4];
	int		 wanted[] = { 413, 503, 429, 422 };

	memset(big, 'a', sizeof(big) - 1);
	a[0] = CALL(.path = "/signups", .type = FORM, .headers = BROWSER,
	    .body = big);
	a[1] = PROGRAM(.path = "/signups", .type = FORM, .headers = BROWSER,
	    .body = VALID, .env = LIST("DATABASE_URL=postgresql:///nothing?"
	    "host=/nonexistent"));
	sql("INSERT INTO rate_buckets VALUES ('192.0.2.200 signups.cgi/', 0, "
	    "now() + interval '1 hour')");
	a[2] = PROGRAM(.path = "/signups", .type = FORM, .headers = BROWSER,
	    .body = VALID, .env = LIST("REMOTE_ADDR=192.0.2.200",
	    "RATE_LIMIT=on"));
	expect_status(CALL(.path = "/signups", .type = FORM, .body = VALID,
	    .headers = LIST("Accept: text/html", "Idempotency-Key: page")),
	    303);
	a[3] = CALL(.path = "/signups", .type = FORM, .body = VALID "&notes=x",
	    .headers = LIST("Accept: text/html", "Idempotency-Key: page"));
	for (size_t i = 0; i < ARRAY_LEN(a); i++) {
		expect_status(a[i], wanted[i]);
		/* The web server may refuse a large body itself. */
		if (i > 0 || !over_http())
			expect_header(a[i], "Content-Type",
			    "text/html; charset=utf-8");
	}
	cr_expect(header(a[1], "Retry-After") != NULL);
	cr_expect(header(a[2], "Retry-After") != NULL);
}

/* One part of a multipart form whose boundary is x. */
#define PART(name, value) \
	"--x\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" \
	value "\r\n"

/* The same signup in both kinds of form, with and without the honeypot. */
static const struct { const char *type, *body; } honeypots[] = {
	{ FORM, "first_name=R&last_name=Trapped&email_address="
	  "trap%40example.org&campaign_id=#&website=?" },
	{ "multipart/form-data; boundary=x", PART("first_name", "R")
	  PART("last_name", "Trapped") PART("email_address",
	  "trap@example.org") PART("campaign_id", "#")
	  PART("website", "?") "--x--\r\n" },
};

/* Replace # by the campaign and ? by the honeypot's text. */
static const char *
honeypot(const char *body, int campaign, bool filled)
{
	int	 n = (int)strcspn(body, "#");

	return arena_printf(&memory, "%.*s%d%.*s%s%s", n, body, campaign,
	    (int)strcspn(body + n + 1, "?"), body + n + 1,
	    filled ? "spam" : "", strchr(body, '?') + 1);
}

Test(signup_forms, a_filled_honeypot_redirects_a_browser_like_a_success)
{
	for (size_t i = 0; i < ARRAY_LEN(honeypots); i++)
		for (int campaign = 1; campaign <= 3; campaign += 2) {
			struct answer	*a[2];

			for (int k = 0; k < 2; k++)
				a[k] = CALL(.path = "/signups",
				    .type = honeypots[i].type,
				    .headers = BROWSER, .body = honeypot(
				    honeypots[i].body, campaign, k == 1));
			cr_expect_eq(a[0]->status, 303);
			cr_expect_eq(a[1]->status, a[0]->status);
			cr_expect_str_eq(a[1]->body, a[0]->body);
			expect_header(a[1], "Location", campaign == 1 ?
			    "https://own.example.org/thanks" :
			    THANKS);
		}
	cr_expect_eq(sql_number("SELECT count(*) FROM interactions i JOIN "
	    "voters v USING (voter_id) WHERE v.last_name = 'Trapped'"),
	    2 * (int64_t)ARRAY_LEN(honeypots));
}

Test(signup_forms, a_filled_honeypot_looks_like_success_and_stores_nothing)
{
	int64_t		 before = sql_number("SELECT count(*) FROM voters "
			    "WHERE last_name = 'Robot'");
	struct answer	*a = CALL(.path = "/signups", .body =
			    "{\"first_name\":\"R\",\"last_name\":\"Robot\","
			    "\"email_address\":\"robot@example.org\","
			    "\"campaign_id\":1,\"website\":\"http://spam\"}");
	struct answer	*b = CALL(.path = "/signups", .type = FORM, .body =
			    "first_name=R&last_name=Robot&email_address="
			    "robot%40example.org&campaign_id=1&website=x");
	struct answer	*c = CALL(.path = "/signups", .type = FORM, .body =
			    "first_name=R&last_name=Human&email_address="
			    "human%40example.org&campaign_id=3&website=");

	expect_status(a, 201);
	expect_text(a, "message", "Signup processed successfully.");
	cr_expect_gt(number_at(a, "voter_id"), 0);
	cr_expect_gt(number_at(a, "interaction_id"), 0);
	expect_status(b, 201);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "last_name = 'Robot'"), before);
	expect_status(c, 201);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "last_name = 'Human' AND voter_id = %lld",
	    (long long)number_at(c, "voter_id")), 1);
}
