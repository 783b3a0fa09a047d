/* One executable alone: bodies, and lengths that are wrong. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

static const char	 json[] = "{\"campaign_name\":\"x\"}";

/* Each body has another length than its Content-Length. */
Test(cgi_body, wrong_lengths_are_400)
{
	static const char *const lengths[] = {
		"CONTENT_LENGTH=22", "CONTENT_LENGTH=1000000",
		"CONTENT_LENGTH=abc", "CONTENT_LENGTH=-1",
		"CONTENT_LENGTH=1e3", "CONTENT_LENGTH=0x10",
		"CONTENT_LENGTH=99999999999999999999999", "CONTENT_LENGTH= 21",
		/* missing, and too short for the object */
		"CONTENT_LENGTH", "CONTENT_LENGTH=", "CONTENT_LENGTH=0",
		"CONTENT_LENGTH=5",
	};

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct answer	*a = PROGRAM(.path = "/campaigns",
				    .token = ADMIN, .body = json,
				    .env = LIST(lengths[i]));

		cr_expect_eq(a->status, 400, "%s: %d %s", lengths[i],
		    a->status, a->body);
		cr_expect_eq(a->exit, 0);
	}
}

/* Servers may keep the pipe open: only Content-Length bytes are read. */
Test(cgi_body, does_not_wait_for_an_end_of_file)
{
	struct answer	*a = PROGRAM(.path = "/campaigns", .token = ADMIN,
			    .body = "{\"campaign_name\":\"Open\"}GARBAGE",
			    .env = LIST("CONTENT_LENGTH=24"), .open = true);

	expect_status(a, 201);
	expect_text(a, "campaign_name", "Open");
}

/* A client that stops, or sends too slowly, does not hold a process. */
Test(cgi_body, that_does_not_arrive_is_408)
{
	static const char *const	 types[] = {
		"application/json", "application/x-www-form-urlencoded",
		"multipart/form-data; boundary=edge",
	};

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct answer	*a = PROGRAM(.path = "/signups",
				    .type = types[i], .body = "--edge\r\n",
				    .env = LIST("CONTENT_LENGTH=100"),
				    .open = true);

		expect_problem(a, 408, "request_timeout");
		cr_expect_not_null(strstr(a->log, "8 of 100 bytes arrived"),
		    "%s", a->log);
	}
}

/* Even if the web server has computed a length for it. */
Test(cgi_body, in_chunks_is_411_and_stored_nowhere)
{
	expect_problem(PROGRAM(.path = "/campaigns", .token = ADMIN,
	    .body = "{\"campaign_name\":\"In chunks\"}",
	    .env = LIST("HTTP_TRANSFER_ENCODING=chunked")), 411,
	    "length_required");
	expect_problem(PROGRAM(.path = "/voters/upload", .token = ADMIN,
	    .query = "campaign_id=1", .type = "text/csv", .body =
	    "first_name,last_name\nChunk,Ed\n", .env =
	    LIST("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING=chunked")), 411,
	    "length_required");
	cr_expect_eq(sql_number("SELECT count(*) FROM campaigns WHERE "
	    "campaign_name = 'In chunks'"), 0);
}

/* A file is refused before the client sends it: this test sends none of it. */
Test(cgi_body, uploads_are_refused_unread)
{
	static const struct {
		const char	*token, *query;
		int		 status;
	} rows[] = {
		{ NULL, "campaign_id=1", 401 },
		{ "cb_nobody-has-this", "campaign_id=1", 401 },
		{ VIEWER, "campaign_id=1", 403 },
		{ VIEWER, "", 403 },
		{ STRANGER, "campaign_id=1", 404 },
	};
	static const char *const	 types[] = {
		"text/csv", "multipart/form-data; boundary=edge",
	};

	for (size_t i = 0; i < ARRAY_LEN(rows) * 4; i++) {
		struct answer	*a = PROGRAM(.path = "/voters/upload",
				    .token = rows[i / 4].token,
				    .query = rows[i / 4].query,
				    .type = types[i % 2], .body = "",
				    .env = i & 2 ? LIST("CONTENT_LENGTH=999",
				    "HTTP_IDEMPOTENCY_KEY=unread") :
				    LIST("CONTENT_LENGTH=999"), .open = true);

		cr_expect_eq(a->status, rows[i / 4].status, "%zu: %d %s", i,
		    a->status, a->body);
	}
}
