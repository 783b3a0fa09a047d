/*
 * PostgreSQL is killed and restarted while the web server keeps running.  The
 * database in DB_DIR belongs to this test alone.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
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
	const char	*script = arena_printf(&memory, "%s/script/database",
			    getenv("SRCDIR"));
	char		 line[1024] = "";
	int		 out[2], null, status;
	pid_t		 pid;
	FILE		*f;

	cr_assert_eq(pipe2(out, O_CLOEXEC), 0);
	cr_assert((null = open("/dev/null", O_RDWR | O_CLOEXEC)) != -1);
	cr_assert((pid = fork()) != -1);
	if (pid == 0) {
		dup2(null, STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execl(script, script, verb, getenv("DB_DIR"), (char *)NULL);
		_exit(127);
	}
	close(null);
	close(out[1]);
	cr_assert((f = fdopen(out[0], "r")) != NULL);
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	while (fgetc(f) != EOF)
		;
	fclose(f);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "script/database %s", verb);
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

#define SESSIONS	64

/*
 * Return the programs' sessions that wait for the next request, without those
 * that a pooler is still signing in: if that fails, the pooler does not try
 * again for a second.
 */
static size_t
idle_sessions(pid_t *pid)
{
	PGresult	*res = sql_rows("SELECT pid FROM pg_stat_activity"
			    " WHERE usename = 'cerberus_app'"
			    " AND state = 'idle' AND query <> '' LIMIT %d",
			    SESSIONS);
	size_t		 n = (size_t)PQntuples(res);

	for (size_t i = 0; i < n; i++)
		pid[i] = (pid_t)strtol(PQgetvalue(res, (int)i, 0), NULL, 10);
	PQclear(res);
	return n;
}

static void
signal_all(const pid_t *pid, size_t n, int signal_)
{
	for (size_t i = 0; i < n; i++)
		kill(pid[i], signal_);
}

/*
 * Return true if the programs connect to a pooler.  It may report only that the
 * connection to the server was closed, not whether a write was executed.
 */
static bool
pooled(void)
{
	FILE	*f = fopen(getenv("CERBERUS_CONF"), "re");
	char	 line[1024];
	bool	 found = false;

	cr_assert_not_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		found |= strstr(line, "port=6432") != NULL;
	fclose(f);
	return found;
}

/*
 * An administrator ends every idle session, and requests arrive before the
 * programs can notice: each backend is stopped, so that it receives SIGTERM
 * only when it continues, which is after the request was sent to it, or just
 * before.
 */
Test(outage, requests_on_ended_sessions_are_answered, .timeout = 300)
{
	pid_t	 pid[SESSIONS];
	int	 unknown = 0;

	recovered();
	for (int i = 0; i < 60; i++) {
		struct answer	*a;
		const char	*mail = arena_printf(&memory,
				    "{\"first_name\":\"E\",\"last_name\":\"E\","
				    "\"email_address\":\"ended%d@example.org\","
				    "\"campaign_id\":1}", i);
		size_t		 n;
		int		 status;

		/* Most are in use by then. */
		for (int k = 0; k < 4; k++)
			expect_status(SERVER(.path = "/campaigns/1",
			    .token = ADMIN), 200);
		n = idle_sessions(pid);
		signal_all(pid, n, SIGSTOP);
		signal_all(pid, n, SIGTERM);
		if ((child = fork()) == 0) {
			usleep((useconds_t)(i / 2) * 500);
			signal_all(pid, n, SIGCONT);
			_exit(0);
		}
		cr_assert_gt(child, 0);
		a = i % 2 == 0 ? SERVER(.path = "/campaigns/1",
		    .token = ADMIN) : SERVER(.path = "/signups", .body = mail);
		cr_assert_eq(waitpid(child, &status, 0), child);
		if (i % 2 != 0 && a->status == 503 && pooled()) {
			cr_expect_not_null(header(a, "Retry-After"));
			unknown++;
			continue;
		}
		cr_expect_eq(a->status, i % 2 == 0 ? 200 : 201,
		    "round %d: %d %s", i, a->status, a->body);
	}
	cr_expect_lt(unknown, 15);
	cr_expect_eq(sql_number("SELECT count(*) FROM (SELECT FROM interactions"
	    " i JOIN voters v USING (voter_id)"
	    " WHERE v.email_address LIKE 'ended%%' GROUP BY v.email_address"
	    " HAVING count(*) = 1) x"), sql_number("SELECT count(*) FROM"
	    " interactions i JOIN voters v USING (voter_id)"
	    " WHERE v.email_address LIKE 'ended%%'"),
	    "a signup was stored twice");
	cr_expect_geq(sql_number("SELECT count(*) FROM voters"
	    " WHERE email_address LIKE 'ended%%'"), 30 - unknown);
}

/* A statement that an administrator ended is not started again. */
Test(outage, a_request_whose_statement_is_ended_is_503, .timeout = 300)
{
	static const char	 waits[] =
	    "SELECT count(*) FROM pg_locks WHERE NOT granted";

	recovered();
	for (int i = 0; i < 4; i++) {
		double	 start = now();
		int	 status;

		sql("BEGIN");
		sql("LOCK TABLE voters IN ACCESS EXCLUSIVE MODE");
		if ((child = fork()) == 0) {
			struct answer	*a = i % 2 == 0 ?
			    SERVER(.path = "/voters/1", .token = ADMIN) :
			    SERVER(.path = "/signups", .body =
			    "{\"first_name\":\"M\",\"last_name\":\"M\","
			    "\"email_address\":\"middle@example.org\","
			    "\"campaign_id\":1}");

			_exit(a->status == 503 &&
			    header(a, "Retry-After") != NULL ? 0 : 1);
		}
		cr_assert_gt(child, 0);
		while (sql_number("%s", waits) == 0)
			cr_assert_lt(now() - start, 30, "nobody waits");
		sql("SELECT pg_terminate_backend(pid) FROM pg_locks"
		    " WHERE NOT granted");
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_expect_eq(status, 0, "round %d", i);
		cr_expect_eq(sql_number("%s", waits), 0,
		    "the statement was started again");
		sql("COMMIT");
	}
	cr_expect_eq(sql_number("SELECT count(*) FROM voters"
	    " WHERE email_address = 'middle@example.org'"), 0);
}
