/*
 * Many requests for one row at the same instant: each is answered as if the
 * others came before or after it.  A row that was deleted is a 404, never a
 * 403.
 */
#include <criterion/criterion.h>
#include <time.h>

#include "call.h"
#include "sql.h"

#define AT_ONCE		10
#define ROUNDS		200

/* The requests of a round; # in a path is the id of the row. */
struct ask {
	const char	*method;
	const char	*path;
	const char	*body;
	bool		 if_match;	/* with the tag that the row had */
};

static struct ask	 asked[AT_ONCE];
static const char	*etag;
static int64_t		 row;
static int		 got[AT_ONCE];

/*
 * Return true if there is another round.  There are ROUNDS.  If all programs
 * are busy, mod_fcgid makes a request wait for a second: with it there are at
 * least 4, and as many as begin within the seconds.
 */
static bool
more(int n, time_t *since, time_t seconds)
{
	struct timespec	 t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	if (n == 0)
		*since = t.tv_sec;
	return n < ROUNDS && (n < 4 || t.tv_sec - *since < seconds);
}

static const char *
with_id(const char *path)
{
	const char	*hash = strchr(path, '#');

	if (hash == NULL)
		return path;
	return arena_printf(&memory, "%.*s%lld%s", (int)(hash - path), path,
	    (long long)row, hash + 1);
}

static void
make(size_t i, struct call *c)
{
	c->method = asked[i].method;
	c->path = with_id(asked[i].path);
	c->token = ADMIN;
	c->body = asked[i].body;
	if (asked[i].if_match) {
		const char	**h = arena_alloc(&memory, 2 * sizeof(*h));

		h[0] = arena_printf(&memory, "If-Match: %s", etag);
		h[1] = NULL;
		c->headers = h;
	}
}

static void
see(size_t i, const struct answer *a)
{
	got[i] = a->status;
	cr_expect(a->status != 403 && a->status != 0 && a->status < 500,
	    "%s %s: %d %s%s", asked[i].method, asked[i].path, a->status,
	    a->body, a->log);
}

static size_t
count(int status)
{
	size_t	 n = 0;

	for (size_t i = 0; i < AT_ONCE; i++)
		n += got[i] == status;
	return n;
}

/* The statement creates the row and returns its id. */
static const struct {
	const char	*path;
	const char	*sql;
	int		 second;	/* of who comes too late */
} rows[] = {
	{ "/voters/#", "INSERT INTO voters (first_name, last_name)"
	  " VALUES ('Race', 'Row') RETURNING voter_id", 404 },
	{ "/voters/#?erase=1", "INSERT INTO voters (first_name, last_name)"
	  " VALUES ('Race', 'Erase') RETURNING voter_id", 404 },
	{ "/voters/#/tags/here", "INSERT INTO voters (first_name, last_name,"
	  " tags) VALUES ('Race', 'Tag', '{here}') RETURNING voter_id", 404 },
	{ "/voters/segments/#", "INSERT INTO segments (campaign_id,"
	  " segment_name) VALUES (1, gen_random_uuid())"
	  " RETURNING segment_id", 404 },
	{ "/voters/opt-outs/#", "INSERT INTO opt_outs (campaign_id, channel)"
	  " VALUES (1, 'email') RETURNING opt_out_id", 409 },
	{ "/interactions/#", "INSERT INTO interactions (voter_id, campaign_id,"
	  " interaction_type) SELECT min(voter_id), 1, 'Call' FROM voters"
	  " RETURNING interaction_id", 404 },
	{ "/surveys/questions/#", "INSERT INTO survey_questions (campaign_id,"
	  " question_text, question_type) VALUES (1, 'Race?', 'yes_no')"
	  " RETURNING question_id", 404 },
	{ "/surveys/responses/#", "INSERT INTO survey_responses (voter_id,"
	  " question_id, response_value) SELECT min(voter_id), 999, 'x'"
	  " FROM voters RETURNING response_id", 404 },
	{ "/campaigns/#", "INSERT INTO campaigns (campaign_name)"
	  " VALUES (gen_random_uuid()) RETURNING campaign_id", 404 },
	{ "/campaigns/1/members/#", "WITH u AS (INSERT INTO users (username)"
	  " VALUES (gen_random_uuid()) RETURNING user_id)"
	  " INSERT INTO campaign_members SELECT 1, user_id, 'viewer' FROM u"
	  " RETURNING user_id", 404 },
	{ "/users/#", "INSERT INTO users (username)"
	  " VALUES (gen_random_uuid()) RETURNING user_id", 404 },
	{ "/auth/api-keys/#", "INSERT INTO api_tokens (user_id, kind,"
	  " token_hash) VALUES (1, 'api_key',"
	  " sha256(gen_random_uuid()::text::bytea)) RETURNING token_id", 404 },
};

Test(races, of_ten_deletions_one_is_done, .timeout = 300)
{
	time_t	 since;

	/* The question to which the responses belong. */
	sql("INSERT INTO survey_questions (question_id, question_text,"
	    " question_type) VALUES (999, 'Race?', 'open_text')"
	    " ON CONFLICT DO NOTHING");
	voter("Race", "Keeper");
	for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
		for (size_t i = 0; i < AT_ONCE; i++)
			asked[i] = (struct ask){ "DELETE", rows[k].path, NULL,
			    false };
		for (int n = 0; more(n, &since, 2); n++) {
			row = sql_number("%s", rows[k].sql);
			call_many(AT_ONCE, AT_ONCE, make, see);
			cr_assert(count(200) == 1 &&
			    count(rows[k].second) == AT_ONCE - 1,
			    "%s, round %d: %zu done, %zu late", rows[k].path,
			    n, count(200), count(rows[k].second));
		}
	}
}

Test(races, a_change_beside_a_deletion_is_done_or_late, .timeout = 300)
{
	static const struct ask	 changes[AT_ONCE] = {
		{ "PUT", "/voters/#", "{\"city\":\"A\"}", false },
		{ "PATCH", "/voters/#", "{\"city\":\"B\"}", false },
		{ "PUT", "/voters/#", "{\"city\":\"C\"}", true },
		{ "POST", "/voters/#/tags", "{\"tags\":[\"new\"]}", false },
		{ "DELETE", "/voters/#/tags/here", NULL, false },
		{ "DELETE", "/voters/#", NULL, false },
		{ "PATCH", "/voters/#", "{\"gender\":\"F\"}", true },
		{ "PUT", "/voters/#", "{\"tags\":[]}", false },
		{ "DELETE", "/voters/#", NULL, true },
		{ "POST", "/voters/#/tags", "{\"tag\":\"here\"}", false },
	};

	time_t	 since;

	/* Change the order each time: the first request often wins. */
	for (int n = 0; more(n, &since, 20); n++) {
		struct answer	*a;

		row = voter("Race", "Change");
		sql("UPDATE voters SET tags = '{here}' WHERE voter_id = %lld",
		    (long long)row);
		a = SERVER(.path = with_id("/voters/#"), .token = ADMIN);
		etag = header(a, "ETag");
		cr_assert_not_null(etag);
		for (size_t i = 0; i < AT_ONCE; i++)
			asked[i] = changes[(i + (size_t)n) % AT_ONCE];
		call_many(AT_ONCE, AT_ONCE, make, see);
		for (size_t i = 0; i < AT_ONCE; i++)
			cr_expect(got[i] == 200 || got[i] == 404 ||
			    (got[i] == 412 && asked[i].if_match),
			    "%s %s, round %d: %d", asked[i].method,
			    asked[i].path, n, got[i]);
		cr_assert_eq(sql_number("SELECT count(*) FROM voters WHERE"
		    " voter_id = %lld", (long long)row), 0);
	}
}

/* Voters who are deleted while they join a campaign do not join; others do. */
Test(races, a_voter_deleted_while_joining_is_left_out, .timeout = 300)
{
	static char	 body[64];
	time_t		 since;

	for (int n = 0; more(n, &since, 20); n++) {
		row = voter("Race", "Join");
		snprintf(body, sizeof(body), "{\"voter_ids\":[%lld]}",
		    (long long)row);
		for (size_t i = 0; i < AT_ONCE; i++)
			asked[i] = i == (size_t)n % AT_ONCE ?
			    (struct ask){ "DELETE", "/voters/#", NULL, false } :
			    (struct ask){ i % 2 == 0 ? "POST" : "DELETE",
			    i % 3 == 0 ? "/campaigns/2/voters" :
			    "/campaigns/3/voters", body, false };
		call_many(AT_ONCE, AT_ONCE, make, see);
		cr_assert_eq(count(200), AT_ONCE, "round %d: %zu", n,
		    count(200));
	}
}
