/* Which sign-ins failed attempts delay, and which they never delay. */
#include <criterion/criterion.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "sql.h"
#include "user.h"

static struct answer *
sign_in(const char *name, const char *password, const char *address,
    const char *token)
{
	return PROGRAM(.path = "/auth/login", .token = token,
	    .body = arena_printf(&memory,
	    "{\"username\":\"%s\",\"password\":\"%s\"}", name, password),
	    .env = LIST("RATE_LIMIT=on", arena_printf(&memory,
	    "REMOTE_ADDR=%s", address)));
}

static long
seconds_to_wait(const struct answer *a)
{
	const char	*value = header(a, "Retry-After");

	cr_assert_not_null(value, "%d %s", a->status, a->body);
	return strtol(value, NULL, 10);
}

static double
now(void)
{
	struct timespec	 t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * There are more failures from one address than are allowed without a wait,
 * each with another name, and they continue while a user at that address signs
 * in.
 */
Test(signin, failures_of_others_delay_by_five_seconds_at_most)
{
	const char	*name = new_user("user");
	struct answer	*a;
	double		 start;
	int		 n = 0;

	for (int i = 0; i < 50; i++)
		expect_status(sign_in(arena_printf(&memory, "made-up-%d", i),
		    "guess", "198.51.100.20", NULL), 401);
	a = sign_in("made-up", "guess", "198.51.100.20", NULL);
	expect_problem(a, 429, "too_many_attempts");
	cr_expect_leq(seconds_to_wait(a), 5);
	start = now();
	do {
		a = sign_in(name, PASSWORD, "198.51.100.20", NULL);
		if (a->status == 200)
			break;
		expect_problem(a, 429, "too_many_attempts");
		cr_expect_leq(seconds_to_wait(a), 5);
		sign_in(arena_printf(&memory, "further-%d", n++), "guess",
		    "198.51.100.20", NULL);
		usleep(50000);
	} while (now() - start < 10);
	expect_status(a, 200);
	cr_expect_leq(now() - start, 5, "%.1f s", now() - start);
	cr_expect_gt(n, 0);
	/* Other addresses do not wait. */
	expect_status(sign_in(new_user("user"), PASSWORD, "198.51.100.21",
	    NULL), 200);
}

/* The limit keeps one address from occupying all processors. */
Test(signin, an_address_holds_a_limited_number_of_tickets)
{
	sql("INSERT INTO cerberus.login_tries VALUES"
	    " ('address 198.51.100.30', 1000, now())");
	sql("INSERT INTO cerberus.login_tries SELECT 'ticket 198.51.100.30 '"
	    " || i, 0, now() + interval '1 minute'"
	    " FROM generate_series(1, 64) i");
	expect_status(sign_in("one more", "guess", "198.51.100.30", NULL),
	    429);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.login_tries"
	    " WHERE key LIKE 'ticket 198.51.100.30 %%'"), 64);
	expect_status(sign_in("one more", "guess", "198.51.100.31", NULL),
	    401);
}

/* Expect the same delays for any name, whether it exists or not. */
static void
from_many_addresses(const char *name)
{
	struct answer	*a;

	for (int i = 1; i <= 20; i++)
		expect_status(sign_in(name, "guess", arena_printf(&memory,
		    "203.0.113.%d", i), NULL), 401);
	sql("UPDATE cerberus.login_tries SET last_at = now()"
	    " + interval '1 minute' WHERE key LIKE 'name %%' AND tries >= 20");
	a = sign_in(name, PASSWORD, "203.0.113.99", NULL);
	expect_problem(a, 429, "too_many_attempts");
	/* A refused attempt is not counted as a failure of that address. */
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.login_tries"
	    " WHERE key LIKE 'user 203.0.113.99 %%'"), 0);
	/* Half a minute is the longest wait. */
	sql("UPDATE cerberus.login_tries SET tries = 1000000,"
	    " last_at = now() - interval '31 seconds'"
	    " WHERE key LIKE 'name %%' AND tries >= 20");
	expect_status(sign_in(name, "guess", "203.0.113.98", NULL), 401);
	sql("DELETE FROM cerberus.login_tries WHERE key LIKE 'name %%'");
}

Test(signin, a_name_is_delayed_across_many_addresses)
{
	from_many_addresses(new_user("user"));
	from_many_addresses("nobody of this name");
}

/* Failures of others do not count if the request carries the user's token. */
Test(signin, a_device_that_is_signed_in_never_waits_for_others)
{
	const char	*name = new_user("user");
	const char	*token = text_at(sign_in(name, PASSWORD,
			    "192.0.2.120", NULL), "token");
	struct answer	*a;

	for (int i = 0; i < 5; i++)
		expect_status(sign_in(name, "guess", "192.0.2.120", NULL),
		    401);
	sql("UPDATE cerberus.login_tries SET tries = 1000, last_at = now()"
	    " + interval '1 minute' WHERE key LIKE 'user 192.0.2.120 %%'");
	sql("INSERT INTO cerberus.login_tries VALUES"
	    " ('name ' || cerberus.login_name('%s'), 1000, now()),"
	    " ('address 192.0.2.120', 1000, now()) ON CONFLICT (key)"
	    " DO UPDATE SET tries = 1000, last_at = now()", name);
	expect_status(sign_in(name, PASSWORD, "192.0.2.120", NULL), 429);
	expect_status(sign_in(name, PASSWORD, "192.0.2.120", token), 200);
	/* Another user's token does not help, nor does an invalid one. */
	expect_status(sign_in(name, PASSWORD, "192.0.2.120", VIEWER), 429);
	expect_status(sign_in(name, PASSWORD, "192.0.2.120",
	    "test-token-that-is-a-guess"), 429);
	/* Failures of the device itself count. */
	for (int i = 0; i < 5; i++)
		expect_status(sign_in(name, "guess", "192.0.2.120", token),
		    401);
	sql("UPDATE cerberus.login_tries SET last_at = now()"
	    " + interval '1 minute' WHERE key LIKE 'device %%'");
	a = sign_in(name, PASSWORD, "192.0.2.120", token);
	expect_problem(a, 429, "too_many_attempts");
	/* So do wrong old passwords, with any token of the user. */
	expect_problem(PROGRAM(.path = "/auth/password", .token = token,
	    .env = LIST("RATE_LIMIT=on"), .body = "{\"current_password\":"
	    "\"" PASSWORD "\",\"new_password\":\"another good one\"}"), 429,
	    "too_many_attempts");
	sql("DELETE FROM cerberus.login_tries WHERE key LIKE 'device %%'");
	expect_status(sign_in(name, PASSWORD, "192.0.2.120", token), 200);
}

/* A success uncounts its own attempt, and no other. */
Test(signin, a_correct_password_is_not_counted)
{
	const char	*name = new_user("user");

	for (int i = 0; i < 3; i++)
		expect_status(sign_in(name, PASSWORD, "192.0.2.130", NULL),
		    200);
	expect_status(sign_in(name, "guess", "192.0.2.130", NULL), 401);
	cr_expect_eq(sql_number("SELECT tries FROM cerberus.login_tries"
	    " WHERE key = 'address 192.0.2.130'"), 1);
	cr_expect_eq(sql_number("SELECT tries FROM cerberus.login_tries"
	    " WHERE key = 'name ' || cerberus.login_name('%s')", name), 1);
}
