/*
 * PostgreSQL is killed and restarted while the web server keeps running.  The
 * database in DB_DIR belongs to this test alone.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "core/text.h"
#include "sql.h"

#define SIGNUPS	600

static int64_t	 acknowledged[SIGNUPS];
static size_t	 acks, refusals;
static pid_t	 child;

static const char *
body(size_t i, const char *what)
{
	return i % 2 == 0 ? arena_printf(&memory,
	    "{\"first_name\":\"O\",\"last_name\":\"Same\",\"email_address\":"
	    "\"%s@example.org\",\"campaign_id\":1}", what) :
	    arena_printf(&memory, "{\"first_name\":\"O\",\"last_name\":"
	    "\"Other\",\"email_address\":\"%s%zu@example.org\","
	    "\"campaign_id\":1}", what, i);
}

/* Run script/database with a verb, and return the first line it prints. */
static const char *
database(const char *verb)
{
	char	 line[1024] = "";
	FILE	*p = popen(arena_printf(&memory,
		    "'%s/script/database' %s '%s' </dev/null 2>/dev/null",
		    getenv("SRCDIR"), verb, getenv("DB_DIR")), "r");

	cr_assert(p != NULL);
	if (fgets(line, sizeof(line), p) == NULL)
		line[0] = '\0';
	while (fgetc(p) != EOF)
		;
	cr_assert_eq(pclose(p), 0, "script/database %s", verb);
	line[strcspn(line, "\n")] = '\0';
	return arena_strdup(&memory, line);
}

static void
kill_database(void)
{
	const char	*text = database("pid");
	int64_t		 pid;

	cr_assert(text_int64(text, strlen(text), &pid) && pid > 1, "%s",
	    text);
	cr_assert_eq(kill((pid_t)pid, SIGKILL), 0);
}

static double
now(void)
{
	struct timespec	 t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Wait until the service is healthy; return how long it took, in seconds. */
static double
recovered(void)
{
	double	 start = now();

	while (SERVER(.path = "/health")->status != 200)
		cr_assert_lt(now() - start, 60, "the service does not recover");
	return now() - start;
}

static void
make(size_t i, struct call *c)
{
	c->path = "/signups";
	c->body = body(i, "kill");
	/* Kill it in the middle of the load; a child process restarts it. */
	if (i == SIGNUPS / 3) {
		kill_database();
		if ((child = fork()) == 0) {
			execl("/bin/sh", "sh", "-c", "exec \"$SRCDIR\"/script/"
			    "database start \"$DB_DIR\" </dev/null >/dev/null "
			    "2>&1", (char *)NULL);
			_exit(127);
		}
	}
}

static void
see(size_t i, const struct answer *a)
{
	if (a->status == 201) {
		acknowledged[acks++] = number_at(a, "interaction_id");
		return;
	}
	refusals++;
	cr_expect_eq(a->status, 503, "%zu: %d %s %s", i, a->status, a->body,
	    a->log);
	cr_expect(header(a, "Retry-After") != NULL, "%s", a->head);
}

Test(outage, kill_9_under_load_loses_nothing_that_was_acknowledged,
    .timeout = 300)
{
	int	 status;

	recovered();
	call_many(SIGNUPS, 50, make, see);
	cr_assert_gt(child, 0);
	cr_assert(waitpid(child, &status, 0) == child && status == 0);
	printf("%zu acknowledged, %zu refused, back after %.1f s\n", acks,
	    refusals, recovered());
	cr_expect_gt(acks, SIGNUPS / 4);
	cr_expect_gt(refusals, 0, "the load ended before the outage");
	for (size_t i = 0; i < acks; i++)
		cr_expect_eq(sql_number("SELECT count(*) FROM interactions "
		    "WHERE interaction_id = %lld",
		    (long long)acknowledged[i]), 1, "%lld is lost",
		    (long long)acknowledged[i]);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "email_address = 'kill@example.org'"), 1);
	for (size_t i = 0; i < 20; i++)
		expect_status(SERVER(.path = "/signups",
		    .body = body(i, "after")), 201);
}

/* Without a database every process answers soon, and recovers by itself. */
Test(outage, requests_get_503_until_the_database_is_back, .timeout = 300)
{
	static const char *const paths[] = { "/health", "/voters",
				    "/campaigns/1" };
	double	 start;

	recovered();
	for (size_t i = 0; i < 24; i++)
		expect_status(SERVER(.path = paths[i % 3], .token = ADMIN),
		    200);
	kill_database();
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct answer	*a;

		/* Backends may survive the postmaster for a moment. */
		for (start = now(); (a = SERVER(.path = paths[i],
		    .token = ADMIN))->status == 200; )
			cr_assert_lt(now() - start, 10, "%s is still answered",
			    paths[i]);
		cr_expect_eq(a->status, 503, "%s: %d %s", paths[i],
		    a->status, a->body);
		cr_expect(header(a, "Retry-After") != NULL);
		cr_expect_lt(now() - start, 15);
	}
	expect_problem(SERVER(.path = "/signups", .body = body(1, "away")),
	    503, "database_unavailable");
	database("start");
	printf("back after %.1f s\n", recovered());
	for (size_t i = 0; i < 48; i++)
		expect_status(SERVER(.path = paths[i % 3], .token = ADMIN),
		    200);
	expect_status(SERVER(.path = "/signups", .body = body(1, "back")),
	    201);
}
