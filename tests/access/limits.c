/* Rate limits, trusted proxies, and delays after failed sign-ins. */
#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call.h"
#include "http/address.h"
#include "sql.h"

#define BODY	"{\"first_name\":\"L\",\"last_name\":\"L\"," \
		"\"email_address\":\"limits@example.org\",\"campaign_id\":1}"

/* Run the program itself, so that the test sets its configuration. */
static struct answer *
signup_from(const char *address, const char *more)
{
	return PROGRAM(.path = "/signups", .body = BODY,
	    .env = LIST(arena_printf(&memory, "REMOTE_ADDR=%s", address),
	    "RATE_LIMIT=on", more != NULL ? more : "X=1"));
}

Test(limits, an_address_has_its_bucket)
{
	struct answer	*a = signup_from("192.0.2.1", NULL);

	expect_status(a, 201);
	expect_header(a, "RateLimit-Limit", "30");
	expect_header(a, "RateLimit-Remaining", "29");
	cr_expect_not_null(header(a, "RateLimit-Reset"));
	expect_header(a, "RateLimit-Policy", "\"default\";q=30;w=30");
	expect_header(a, "RateLimit", arena_printf(&memory,
	    "\"default\";r=29;t=%s", header(a, "RateLimit-Reset")));
	/* A slow machine needs more than 30: tokens come back meanwhile. */
	for (int i = 0; i < 300 && a->status == 201; i++)
		a = signup_from("192.0.2.1", NULL);
	expect_problem(a, 429, "rate_limited");
	cr_expect_not_null(header(a, "Retry-After"));
	expect_header(a, "RateLimit-Remaining", "0");
	cr_expect(strstr(header(a, "RateLimit"), ";r=0;") != NULL);
	expect_header(a, "RateLimit-Policy", "\"default\";q=30;w=30");
	sql("UPDATE cerberus.rate_buckets SET at = now() + interval '1 hour'"
	    " WHERE key LIKE '192.0.2.1 %%'");
	/* Others are not limited; X-Forwarded-For is not trusted. */
	expect_status(signup_from("192.0.2.2", NULL), 201);
	expect_status(signup_from("192.0.2.1",
	    "HTTP_X_FORWARDED_FOR=192.0.2.77"), 429);
	/* Tokens come back with time. */
	sql("UPDATE cerberus.rate_buckets SET tokens = 0,"
	    " at = now() - interval '2 seconds'"
	    " WHERE key LIKE '192.0.2.1 %%'");
	expect_status(signup_from("192.0.2.1", NULL), 201);
}

Test(limits, an_ipv6_network_is_one_address)
{
	sql("INSERT INTO cerberus.rate_buckets VALUES ('2001:db8:1:2::/64 "
	    "signups.cgi/', 0, now() + interval '1 hour')");
	expect_status(signup_from("2001:db8:1:2::1", NULL), 429);
	expect_status(signup_from("2001:db8:1:2:ffff::9", NULL), 429);
	expect_status(signup_from("2001:db8:1:3::1", NULL), 201);
}

/* Two paths of one endpoint: both take tokens from the same bucket. */
static const struct { const char *one, *other, *body; } shared[] = {
	{ "/signups", "/public/signups", "{}" },
	{ "/public/signups", "/signups", BODY },
	{ "/donate/create-payment-intent", "/donations/create-payment-intent",
	  "{}" },
};

Test(limits, paths_of_one_endpoint_share_a_bucket)
{
	struct answer	*a;

	sql("DELETE FROM cerberus.rate_buckets");
	for (size_t i = 0; i < ARRAY_LEN(shared); i++) {
		const char *const	*env = LIST(arena_printf(&memory,
					    "REMOTE_ADDR=192.0.2.%zu", 100 + i),
					    "RATE_LIMIT=on");

		a = PROGRAM(.path = shared[i].one, .body = shared[i].body,
		    .env = env);
		expect_header(a, "RateLimit-Remaining", "29");
		sql("UPDATE cerberus.rate_buckets SET tokens = 0, at = now() "
		    "+ interval '1 hour' WHERE key LIKE '192.0.2.%zu %%'",
		    100 + i);
		a = PROGRAM(.path = shared[i].other, .body = shared[i].body,
		    .env = env);
		expect_problem(a, 429, "rate_limited");
		cr_expect_eq(sql_number("SELECT count(*) FROM "
		    "cerberus.rate_buckets WHERE key LIKE '192.0.2.%zu %%'",
		    100 + i), 1);
	}
	/* Another endpoint has a bucket of its own. */
	a = PROGRAM(.path = "/donate/update-donation-details", .body = "{}",
	    .env = LIST("REMOTE_ADDR=192.0.2.102", "RATE_LIMIT=on"));
	expect_header(a, "RateLimit-Remaining", "29");
}

/* Failed requests count too. */
Test(limits, a_bad_request_takes_a_token)
{
	struct answer	*a;

	a = PROGRAM(.path = "/signups", .body = "{}", .env =
	    LIST("REMOTE_ADDR=192.0.2.9", "RATE_LIMIT=on"));
	expect_status(a, 400);
	expect_header(a, "RateLimit-Remaining", "29");
}

Test(limits, a_token_has_its_bucket)
{
	struct answer	*a;

	sql("INSERT INTO cerberus.rate_buckets SELECT 'token ' || encode("
	    "sha256('" NOBODY "'), 'hex'), 0, now() + interval '1 hour'");
	a = PROGRAM(.path = "/voters/1", .token = NOBODY,
	    .env = LIST("RATE_LIMIT=on"));
	expect_problem(a, 429, "rate_limited");
	cr_expect_not_null(header(a, "Retry-After"));
	sql("DELETE FROM cerberus.rate_buckets");
	a = PROGRAM(.path = "/voters/1", .token = NOBODY,
	    .env = LIST("RATE_LIMIT=on"));
	expect_status(a, 404);
}

/* Write a configuration with a small bucket for staff; return its path. */
static const char *
narrow(void)
{
	const char	*from = getenv("CERBERUS_CONF");
	char		*path = arena_strdup(&memory, "/tmp/limits.XXXXXX");
	char		 line[1024];
	FILE		*in = fopen(from != NULL ? from : "", "re"), *out;
	int		 fd = mkstemp(path);

	cr_assert(in != NULL && fd != -1);
	cr_assert((out = fdopen(fd, "w")) != NULL);
	while (fgets(line, sizeof(line), in) != NULL)
		fputs(strcmp(line, "rate_limit = off\n") == 0 ?
		    "staff_burst = 20\nstaff_per_minute = 1\n" : line, out);
	fclose(in);
	cr_assert(fclose(out) == 0);
	return path;
}

static struct answer *
with_token(const char *token, const char *address, const char *conf)
{
	return PROGRAM(.path = "/voters/1", .token = token, .env = LIST(
	    arena_printf(&memory, "CERBERUS_CONF=%s", conf), arena_printf(
	    &memory, "REMOTE_ADDR=%s", address), "RATE_LIMIT=on"));
}

/*
 * An invalid token has no bucket, or each attempt would insert a row.  It
 * counts against its address, where valid tokens still work.
 */
Test(limits, invalid_tokens_share_the_bucket_of_their_address)
{
	const char	*conf = narrow();
	struct answer	*a = NULL;

	sql("DELETE FROM cerberus.rate_buckets");
	for (int i = 0; i < 20; i++)
		expect_problem(with_token(arena_printf(&memory,
		    "test-token-that-is-a-guess-%d", i), "192.0.2.51", conf),
		    401, "invalid_token");
	cr_expect_eq(sql_number("SELECT count(*) FROM"
	    " cerberus.rate_buckets"), 1);
	a = with_token("test-token-that-is-a-guess", "192.0.2.51", conf);
	expect_problem(a, 429, "rate_limited");
	cr_expect_not_null(header(a, "Retry-After"));
	expect_status(with_token("test-token-that-is-a-guess", "192.0.2.52",
	    conf), 401);
	expect_status(with_token(NOBODY, "192.0.2.51", conf), 404);
	sql("DELETE FROM cerberus.rate_buckets");
	unlink(conf);
}

/* End pooled connections, which were made before the setting. */
static void
connect_anew(void)
{
	sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
	    " WHERE usename = 'cerberus_app'"
	    " AND datname = current_database()");
}

/* CGI and connections through PgBouncer use the role's setting. */
Test(limits, a_statement_times_out_and_an_import_does_not)
{
	struct answer	*a;
	pid_t		 other;
	int		 status;

	cr_expect_eq(sql_number("SELECT count(*) FROM pg_db_role_setting"
	    " WHERE setrole = 'cerberus_app'::regrole AND setdatabase = 0"
	    " AND setconfig @> '{statement_timeout=30s}'"), 1);
	sql("DO $$ BEGIN EXECUTE format('ALTER ROLE cerberus_app IN DATABASE"
	    " %%I SET statement_timeout = 700', current_database()); END $$");
	connect_anew();
	sql("BEGIN");
	sql("LOCK TABLE voters IN ACCESS EXCLUSIVE MODE");
	a = PROGRAM(.path = "/voters/1", .token = ADMIN);
	expect_problem(a, 503, "timeout");
	cr_expect_not_null(header(a, "Retry-After"));
	if ((other = fork()) == 0) {
		a = PROGRAM(.path = "/voters/upload", .type = "text/csv",
		    .query = "campaign_id=1", .token = EDITOR,
		    .body = "first_name,last_name\nAt,Length\n");
		_exit(a->status == 200 ? 0 : 1);
	}
	cr_assert(other > 0);
	/* Longer than the limit of any other statement. */
	sql("SELECT pg_sleep(2)");
	cr_expect_eq(waitpid(other, &status, WNOHANG), 0);
	sql("COMMIT");
	cr_expect_eq(waitpid(other, &status, 0), other);
	cr_expect_eq(status, 0);
	sql("DO $$ BEGIN EXECUTE format('ALTER ROLE cerberus_app IN DATABASE"
	    " %%I RESET statement_timeout', current_database()); END $$");
	connect_anew();
}

/* A locked table makes one step wait. */
Test(limits, a_step_that_takes_too_long_is_named)
{
	struct answer	*a;

	sql("INSERT INTO elections (election_id, state, year, kind, slot)"
	    " VALUES (77, 'NC', 2024, 'general', 0)");
	sql("INSERT INTO segments (segment_id, segment_name, filter)"
	    " VALUES (77, 'Slow', '{\"steps\": ["
	    "{\"verb\": \"add\", \"filter\": {\"city\": \"Apex\"}},"
	    " {\"verb\": \"narrow\", \"filter\": {\"voted_any\": \"77\"}},"
	    " {\"verb\": \"remove\", \"filter\": {\"age_min\": 90}}]}')");
	sql("DO $$ BEGIN EXECUTE format('ALTER ROLE cerberus_app IN DATABASE"
	    " %%I SET statement_timeout = 500', current_database()); END $$");
	connect_anew();
	sql("BEGIN");
	sql("LOCK TABLE votes IN ACCESS EXCLUSIVE MODE");
	a = PROGRAM(.path = "/voters/count", .query = "segment_id=77",
	    .token = ADMIN);
	sql("COMMIT");
	expect_problem(a, 503, "timeout");
	cr_expect_not_null(strstr(a->body, "Step 2 "), "%s", a->body);
	sql("DO $$ BEGIN EXECUTE format('ALTER ROLE cerberus_app IN DATABASE"
	    " %%I RESET statement_timeout', current_database()); END $$");
	connect_anew();
	sql("DELETE FROM segments WHERE segment_id = 77");
	sql("DELETE FROM elections WHERE election_id = 77");
}

static struct answer *
guess(const char *name, const char *address)
{
	return PROGRAM(.path = "/auth/login", .body = arena_printf(&memory,
	    "{\"username\":\"%s\",\"password\":\"guess\"}", name),
	    .env = LIST("RATE_LIMIT=on", arena_printf(&memory,
	    "REMOTE_ADDR=%s", address)));
}

/* Make the wait begin now, however slow the machine is. */
static void
wait_begins(void)
{
	sql("UPDATE cerberus.login_tries SET last_at = now()"
	    " + interval '1 minute' WHERE key LIKE 'user %%' AND tries >= 5");
}

Test(limits, guessing_is_delayed_and_locks_nobody_out)
{
	struct answer	*a;

	for (int i = 0; i < 5; i++)
		expect_status(guess("target", "198.51.100.1"), 401);
	wait_begins();
	a = guess("target", "198.51.100.1");
	expect_problem(a, 429, "too_many_attempts");
	cr_expect_not_null(header(a, "Retry-After"));
	/*
	 * The same name from another address, and another name from this one.
	 */
	expect_status(guess("target", "198.51.100.2"), 401);
	expect_status(guess("another", "198.51.100.1"), 401);
	/* The longest wait is five minutes. */
	sql("UPDATE cerberus.login_tries SET tries = 1000000"
	    " WHERE key LIKE 'user 198.51.100.1 %%'");
	expect_status(guess("target", "198.51.100.1"), 429);
	sql("UPDATE cerberus.login_tries"
	    " SET last_at = now() - interval '301 seconds'");
	expect_status(guess("target", "198.51.100.1"), 401);
	/* One IPv6 customer has 2^64 addresses. */
	for (int i = 0; i < 5; i++)
		expect_status(guess("target", arena_printf(&memory,
		    "2001:db8::%d", i + 1)), 401);
	wait_begins();
	expect_status(guess("target", "2001:db8::99"), 429);
	expect_status(guess("target", "2001:db8:0:1::1"), 401);
}

Test(proxies, only_trusted_proxies_are_believed)
{
	static const char	*words[] = { "10.0.0.0/8", "2001:db8::/32",
				    "192.0.2.1" };
	const struct cfg_list	 trusted = { words, 3 };
	static const struct {
		const char	*remote, *forwarded, *client;
	} rows[] = {
		{ "203.0.113.5", "1.2.3.4", "203.0.113.5" },
		{ "10.1.2.3", NULL, "10.1.2.3" },
		{ "10.1.2.3", "1.2.3.4", "1.2.3.4" },
		{ "10.1.2.3", "6.6.6.6, 1.2.3.4", "1.2.3.4" },
		{ "10.1.2.3", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4" },
		{ "10.1.2.3", "10.4.4.4,10.9.9.9", "10.4.4.4" },
		{ "10.1.2.3", "evil, 10.9.9.9", "10.9.9.9" },
		{ "10.1.2.3", "1.2.3.4, evil", "10.1.2.3" },
		{ "192.0.2.1", "2001:db8::7, 2001:db8::8", "2001:db8::7" },
		{ "192.0.2.2", "1.2.3.4", "192.0.2.2" },
		{ "::ffff:10.1.2.3", "1.2.3.4", "1.2.3.4" },
		{ NULL, "1.2.3.4", "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_str_eq(client_address(&memory, &trusted,
		    rows[i].remote, rows[i].forwarded), rows[i].client,
		    "row %zu", i);
	cr_expect(address_in("1.2.3.4", "0.0.0.0/0"));
	cr_expect_not(address_in("::1", "0.0.0.0/0"));
	cr_expect_not(address_in("1.2.3.4", "1.2.3.4/33"));
	cr_expect_not(address_in("1.2.3.4", "1.2.3.4/"));
	cr_expect_str_eq(client_network(&memory, "2001:db8:1:2:3::4"),
	    "2001:db8:1:2::/64");
	cr_expect_str_eq(client_network(&memory, "1.2.3.4"), "1.2.3.4");
}
