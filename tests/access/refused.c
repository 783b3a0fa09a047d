/*
 * How much a refused request writes to the logs: anyone can send any number of
 * them.
 */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

#define GUESS	"test-token-that-is-a-guess"
#define SIGNUP	"{\"first_name\":\"R\",\"last_name\":\"F\"," \
		"\"email_address\":\"refused@example.org\",\"campaign_id\":%d}"
#define EACH	5	/* requests per row */
#define MOST	200	/* bytes of a line */

static struct {
	const char	*what;
	struct call	 call;
	int		 status;
} rows[] = {
	{ "a bad token, one row", { .path = "/voters/1", .token = GUESS },
	  401 },
	{ "a bad token, a list", { .path = "/voters", .token = GUESS }, 401 },
	{ "a bad token, a search", { .path = "/voters", .query = "q=ada",
	  .token = GUESS }, 401 },
	{ "a bad token, a write", { .path = "/voters", .token = GUESS,
	  .body = "{\"first_name\":\"A\",\"last_name\":\"B\"}" }, 401 },
	{ "a bad token, an export", { .path = "/voters/export",
	  .token = GUESS }, 401 },
	{ "a bad token, an upload", { .path = "/voters/upload",
	  .query = "campaign_id=1", .type = "text/csv", .token = GUESS,
	  .body = "first_name,last_name\nA,B\n" }, 401 },
	{ "a bad token, with a key", { .path = "/voters", .token = GUESS,
	  .body = "{\"first_name\":\"A\",\"last_name\":\"B\"}",
	  .headers = LIST("Idempotency-Key: refused") }, 401 },
	{ "an admin's list", { .path = "/users", .token = VIEWER }, 403 },
	{ "an empty bucket of a token", { .path = "/voters",
	  .token = NOBODY }, 429 },
	{ "the same, one row", { .path = "/voters/1", .token = NOBODY },
	  429 },
	{ "the same, a write", { .path = "/voters", .token = NOBODY,
	  .body = "{\"first_name\":\"A\",\"last_name\":\"B\"}" }, 429 },
	{ "an empty bucket, signing up", { .path = "/signups" }, 429 },
	{ "an empty bucket, donating", { .path =
	  "/donate/update-donation-details",
	  .body = "{\"payment_intent_id\":\"pi_x\"}" }, 429 },
	{ "an unknown campaign", { .path = "/signups" }, 404 },
	{ "an unknown campaign, donating", { .path =
	  "/donate/create-payment-intent",
	  .body = "{\"amount\":500,\"campaign_id\":99999}" }, 404 },
	{ "an unknown donation", { .path =
	  "/donate/update-donation-details",
	  .body = "{\"payment_intent_id\":\"pi_x\"}" }, 404 },
	{ "an unknown path", { .path = "/nothing" }, 404 },
	{ "a wrong password", { .path = "/auth/login", .body =
	  "{\"username\":\"refused\",\"password\":\"wrong\"}" }, 401 },
	{ "too many wrong passwords", { .path = "/auth/login", .body =
	  "{\"username\":\"refused\",\"password\":\"wrong\"}" }, 429 },
};

/* Expect one line of MOST bytes at most. */
static void
check_line(const char *what, const struct answer *a)
{
	const char	*end = strchr(a->log, '\n');

	cr_expect(end != NULL && end[1] == '\0', "%s: %s", what, a->log);
	cr_expect_leq(strlen(a->log), (size_t)MOST, "%s: %zu bytes: %s", what,
	    strlen(a->log), a->log);
}

/* Empty the buckets of NOBODY's token and of the address. */
static void
drain(void)
{
	sql("INSERT INTO rate_buckets VALUES ('token ' ||"
	    " encode(sha256('" NOBODY "'), 'hex'), 0, now() + interval"
	    " '1 hour'), ('192.0.2.200 signups.cgi/', 0, now() + interval"
	    " '1 hour'), ('192.0.2.200 donate.cgi/update-donation-details',"
	    " 0, now() + interval '1 hour') ON CONFLICT (key) DO UPDATE"
	    " SET tokens = 0, at = excluded.at");
}

Test(refused, requests_write_little_to_the_logs)
{
	sql("DELETE FROM login_tries");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct call	 c = rows[i].call;
		bool		 empty = rows[i].status == 429;
		int64_t		 before;

		if (strcmp(c.path, "/signups") == 0)
			c.body = arena_printf(&memory, SIGNUP,
			    rows[i].status == 404 ? 99999 : 1);
		c.env = LIST("RATE_LIMIT=on", "REMOTE_ADDR=192.0.2.200");
		sql("DELETE FROM rate_buckets");
		if (strcmp(c.path, "/auth/login") == 0 && empty)
			sql("UPDATE login_tries SET tries = 1000,"
			    " last_at = now() + interval '1 hour'");
		before = pg_log_size();
		for (int k = 0; k < EACH; k++) {
			struct answer	*a;

			if (empty)
				drain();
			a = call_program(&c);
			cr_expect_eq(a->status, rows[i].status,
			    "%s: %d %s", rows[i].what, a->status, a->body);
			check_line(rows[i].what, a);
		}
		cr_expect_leq((pg_log_size() - before) / EACH, MOST,
		    "%s: %lld bytes of PostgreSQL's log", rows[i].what,
		    (long long)(pg_log_size() - before) / EACH);
	}
	sql("DELETE FROM rate_buckets");
	sql("DELETE FROM login_tries");
}

Test(refused, a_long_path_is_cut)
{
	char	*path = arena_alloc(&memory, 4001);

	memset(path, 'x', 4000);
	path[4000] = '\0';
	memcpy(path, "/voters/", 8);
	check_line("a long path", PROGRAM(.path = path));
}
