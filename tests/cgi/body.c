/* One executable alone: bodies and lengths that lie. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

static const char	 json[] = "{\"campaign_name\":\"x\"}";

/* Each claims another length than it has. */
Test(cgi_body, lengths_that_lie_are_400)
{
	static const char *const lengths[] = {
		"CONTENT_LENGTH=22", "CONTENT_LENGTH=1000000",
		"CONTENT_LENGTH=abc", "CONTENT_LENGTH=-1",
		"CONTENT_LENGTH=1e3", "CONTENT_LENGTH=0x10",
		"CONTENT_LENGTH=99999999999999999999999", "CONTENT_LENGTH= 21",
		/* none at all, and too short for the object */
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

/* Servers may keep the pipe open: exactly the length is read. */
Test(cgi_body, does_not_wait_for_an_end_of_file)
{
	struct answer	*a = PROGRAM(.path = "/campaigns", .token = ADMIN,
			    .body = "{\"campaign_name\":\"Open\"}GARBAGE",
			    .env = LIST("CONTENT_LENGTH=24"), .open = true);

	expect_status(a, 201);
	expect_text(a, "campaign_name", "Open");
}
