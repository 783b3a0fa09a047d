/* What the contract says of values, on every route where their kind occurs. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

#define TWICE	"[\"a\",\"b\",\" a \",\"b\",\"c\"]"

/* A new voter of campaign 1 with these tags. */
static long long
tagged(const char *tags)
{
	return (long long)sql_number("WITH v AS (INSERT INTO voters "
	    "(first_name, last_name, tags) VALUES ('T', 'Tags', '%s') "
	    "RETURNING voter_id) INSERT INTO campaign_voters SELECT 1, "
	    "voter_id FROM v RETURNING voter_id", tags);
}

static const char *
tags_of(long long id)
{
	return sql("SELECT tags FROM voters WHERE voter_id = %lld", id);
}

/* Ways in that add to tags or set them; %lld is the voter. */
static const struct { const char *method, *path, *body; } tagging[] = {
	{ "PUT", "/voters/%lld", "{\"tags\":" TWICE "}" },
	{ "PATCH", "/voters/%lld", "{\"tags\":" TWICE "}" },
	{ "POST", "/voters/%lld/tags", "{\"tags\":" TWICE "}" },
	{ "POST", "/interactions", "{\"voter_id\":%lld,\"campaign_id\":1,"
	  "\"interaction_type\":\"Call\",\"tags\":" TWICE "}" },
	{ "POST", "/interactions", "[{\"voter_id\":%lld,\"campaign_id\":1,"
	  "\"interaction_type\":\"Call\",\"tags\":" TWICE "}]" },
};

/* The format with the voter's id in the place of %lld, if it has one. */
static const char *
with_id(const char *format, long long id)
{
	const char	*at = strstr(format, "%lld");

	return at == NULL ? format : arena_printf(&memory, "%.*s%lld%s",
	    (int)(at - format), format, id, at + 4);
}

Test(fields, sets_hold_each_value_once)
{
	struct answer	*a = CALL(.path = "/voters", .token = ADMIN, .body =
			    "{\"first_name\":\"T\",\"last_name\":\"Tags\","
			    "\"campaign_id\":1,\"tags\":" TWICE "}");
	long long	 keep = tagged("{a,b}"), gone = tagged("{b,c}");

	assert_status(a, 201);
	cr_expect_str_eq(tags_of((long long)number_at(a, "voter_id")),
	    "{a,b,c}");
	for (size_t i = 0; i < ARRAY_LEN(tagging); i++) {
		long long	 id = tagged("{a}");

		a = CALL(.method = tagging[i].method, .token = ADMIN,
		    .path = with_id(tagging[i].path, id),
		    .body = with_id(tagging[i].body, id));
		cr_expect(a->status / 100 == 2, "%s %s: %d %s",
		    tagging[i].method, tagging[i].path, a->status, a->body);
		cr_expect_str_eq(tags_of(id), "{a,b,c}", "%s %s: %s",
		    tagging[i].method, tagging[i].path, tags_of(id));
	}
	expect_status(CALL(.path = "/voters/merge", .token = ADMIN,
	    .body = arena_printf(&memory, "{\"keep\":%lld,\"merge\":[%lld]}",
	    keep, gone)), 200);
	cr_expect_str_eq(tags_of(keep), "{a,b,c}");
	a = CALL(.path = "/voters/upload", .token = ADMIN, .type = "text/csv",
	    .body = "first_name,last_name,tags\nT,Filed,a;b; a;b;c\n"
	    "T,Filed2,\"[\"\"a\"\",\"\"b\"\",\"\"a\"\",\"\"c\"\"]\"\n");
	assert_status(a, 200);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE last_name "
	    "LIKE 'Filed%%' AND tags = '{a,b,c}'"), 2);
}
