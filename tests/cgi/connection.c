/*
 * Connections that end, or that a full server refuses.  A relay between the
 * program and PostgreSQL ends the first session at a chosen moment, and
 * forwards all others.
 */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call.h"
#include "sql.h"

enum moment {
	ENDED,		/* the server reports it before it reads statements */
	POOLER,		/* a pooler reports it after the server ran them */
	NO_SERVER,	/* a pooler has no server for them, twice */
	CLOSED,		/* before the server reads them, without a message */
	ANSWERED,	/* the server ran them, but the results are lost */
	FIRST_RESULT,	/* the server reports it after the first result */
	FULL,		/* the server has no connection left, three times */
	FULL_FOR_GOOD,	/* every time */
};

static char	 dir[] = "/tmp/relay.XXXXXX";
static char	*server_host, *server_port;
static pid_t	 relay_pid;
static int	*sessions;	/* counted by the relay */

/* Return the programs' database URL with the relay's directory as its host. */
static const char *
relay_url(void)
{
	const char		*conf = getenv("CERBERUS_CONF");
	FILE			*f = fopen(conf != NULL ? conf : "", "re");
	char			 line[1024];
	char			*url = NULL, *host, *end;
	PQconninfoOption	*o;

	cr_assert_not_null(f);
	while (url == NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "url = ", 6) == 0)
			url = arena_strndup(&memory, line + 6,
			    strcspn(line + 6, "\n"));
	fclose(f);
	cr_assert_not_null(url);
	cr_assert_not_null(o = PQconninfoParse(url, NULL));
	for (PQconninfoOption *p = o; p->keyword != NULL; p++) {
		if (strcmp(p->keyword, "host") == 0)
			server_host = arena_strdup(&memory, p->val);
		if (strcmp(p->keyword, "port") == 0)
			server_port = arena_strdup(&memory, p->val);
	}
	PQconninfoFree(o);
	cr_assert_not_null(server_host);
	cr_assert_not_null(server_port);
	cr_assert_not_null(host = strstr(url, "host="));
	end = host + strcspn(host, "&");
	return arena_printf(&memory, "%.*shost=%s%s", (int)(host - url), url,
	    dir, end);
}

static struct sockaddr_un
address(const char *where)
{
	struct sockaddr_un	 a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "%.80s/.s.PGSQL.%.10s",
	    where, server_port);
	return a;
}

static void
send_all(int fd, const void *p, size_t n)
{
	const char	*at = p;
	ssize_t		 sent;

	while (n > 0 && (sent = write(fd, at, n)) > 0) {
		at += sent;
		n -= (size_t)sent;
	}
}

static void
say_fatal(int client, const char *fields, size_t n)
{
	char	 head[5] = { 'E', 0, 0, 0, (char)(4 + n) };

	send_all(client, head, sizeof(head));
	send_all(client, fields, n - 1);
	send_all(client, "", 1);
}

/* A message of a pooler does not name a source file. */
static void
say_ended(int client, bool pooler)
{
	static const char	 fields[] = "SFATAL\0VFATAL\0C57P01\0"
				    "Mterminating connection due to "
				    "administrator command\0"
				    "Fpostgres.c\0";

	say_fatal(client, fields, sizeof(fields) - (pooler ?
	    sizeof("Fpostgres.c") : 0));
}

/* As PgBouncer says it while the primary is being replaced. */
static void
say_no_server(int client)
{
	static const char	 fields[] = "SFATAL\0C08P01\0Mserver login has "
				    "been failing, try again later "
				    "(server_login_retry)\0";

	say_fatal(client, fields, sizeof(fields));
}

/* In the language of the server. */
static void
say_full(int client)
{
	static const char	 fields[] = "SFATAL\0VFATAL\0C53300\0"
				    "Mzu viele Verbindungen\0"
				    "Fmiscinit.c\0";

	say_fatal(client, fields, sizeof(fields));
}

/* Where the server's messages end. */
struct scan {
	size_t		 left;		/* bytes of the current message */
	unsigned char	 head[5];
	size_t		 n;
};

/*
 * Return how many bytes of p there are up to the end of the first message of a
 * type.
 */
static size_t
until(struct scan *s, const char *p, size_t n, char type, bool *found)
{
	size_t	 i = 0;

	*found = false;
	while (i < n) {
		if (s->n < sizeof(s->head)) {
			s->head[s->n++] = (unsigned char)p[i++];
			if (s->n == sizeof(s->head))
				s->left = ((size_t)s->head[1] << 24 |
				    (size_t)s->head[2] << 16 |
				    (size_t)s->head[3] << 8 | s->head[4]) - 4;
		} else {
			size_t	 some = n - i < s->left ? n - i : s->left;

			i += some;
			s->left -= some;
		}
		if (s->n == sizeof(s->head) && s->left == 0) {
			s->n = 0;
			if (s->head[0] == (unsigned char)type) {
				*found = true;
				return i;
			}
		}
	}
	return i;
}

/* Relay the session of that number; the first one ends at the moment. */
static void
session(int client, enum moment moment, int number)
{
	struct sockaddr_un	 a = address(server_host);
	int			 server = socket(AF_UNIX, SOCK_STREAM, 0);
	struct scan		 s = { 0 };
	bool			 ready = false, sent = false, found;
	bool			 first = number == 1;
	char			 buf[8192];
	ssize_t			 n;
	size_t			 part;

	if (connect(server, (struct sockaddr *)&a, sizeof(a)) != 0)
		goto out;
	for (;;) {
		struct pollfd	 p[] = {
			{ .fd = client, .events = POLLIN },
			{ .fd = server, .events = POLLIN },
		};

		if (poll(p, 2, 20000) <= 0)
			break;
		if (p[0].revents != 0) {
			if ((n = read(client, buf, sizeof(buf))) <= 0)
				break;
			if (moment == FULL_FOR_GOOD ||
			    (moment == FULL && number <= 3)) {
				say_full(client);
				break;
			}
			if (first && ready && moment == ENDED) {
				say_ended(client, false);
				break;
			}
			if (number <= 2 && ready && moment == NO_SERVER) {
				say_no_server(client);
				break;
			}
			if (first && ready && moment == CLOSED)
				break;
			/* A write first waits until the caller is accepted.
			 * The pipeline to end is the one with Sync. */
			sent |= ready && memmem(buf, (size_t)n, "S\0\0\0\4",
			    5) != NULL;
			send_all(server, buf, (size_t)n);
		}
		if (p[1].revents != 0) {
			if ((n = read(server, buf, sizeof(buf))) <= 0)
				break;
			if (!first || !sent || moment == FULL) {
				send_all(client, buf, (size_t)n);
				until(&s, buf, (size_t)n, 'Z', &found);
				ready |= found;
				continue;
			}
			part = until(&s, buf, (size_t)n,
			    moment == FIRST_RESULT ? 'C' : 'Z', &found);
			if (moment == FIRST_RESULT)
				send_all(client, buf, part);
			if (!found)
				continue;
			/* Now all statements have run. */
			if (moment != ANSWERED)
				say_ended(client, moment == POOLER);
			break;
		}
	}
out:
	close(server);
}

static void
relay(int at, enum moment moment)
{
	int	 client;

	while ((client = accept(at, NULL, NULL)) != -1) {
		session(client, moment, ++*sessions);
		close(client);
	}
	_exit(0);
}

/* Start the relay; return the setting that makes programs use it. */
static const char *
start(enum moment moment)
{
	const char		*url;
	struct sockaddr_un	 a;
	int			 at = socket(AF_UNIX, SOCK_STREAM, 0);

	cr_assert_not_null(mkdtemp(dir));
	cr_assert_eq(chmod(dir, 0755), 0);
	url = relay_url();
	a = address(dir);
	cr_assert_eq(bind(at, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(at, 8), 0);
	sessions = mmap(NULL, sizeof(*sessions), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert(sessions != MAP_FAILED);
	signal(SIGPIPE, SIG_IGN);
	if ((relay_pid = fork()) == 0)
		relay(at, moment);
	cr_assert_gt(relay_pid, 0);
	close(at);
	return arena_printf(&memory, "DATABASE_URL=%s", url);
}

static void
stop(void)
{
	if (relay_pid <= 0)
		return;
	kill(relay_pid, SIGKILL);
	waitpid(relay_pid, NULL, 0);
	unlink(address(dir).sun_path);
	rmdir(dir);
}

TestSuite(connection, .fini = stop, .timeout = 60);

static struct answer *
post(const char *env, const char *name, const char *const *headers)
{
	return PROGRAM(.path = "/voters", .token = EDITOR,
	    .headers = headers, .env = LIST(env), .body =
	    arena_printf(&memory, "{\"first_name\":\"Once\",\"last_name\":"
	    "\"%s\",\"campaign_id\":1}", name));
}

static int64_t
stored(const char *name)
{
	return sql_number("SELECT count(*) FROM cerberus.voters"
	    " WHERE last_name = '%s'", name);
}

static void
expect_unknown(const struct answer *a)
{
	expect_problem(a, 503, "database_unavailable");
	cr_expect_not_null(header(a, "Retry-After"));
	cr_expect_eq(*sessions, 1, "%d sessions", *sessions);
}

Test(connection, a_read_on_an_ended_session_is_answered)
{
	int64_t	 id = voter("Ended", "Read");

	expect_status(PROGRAM(.path = arena_printf(&memory, "/voters/%lld",
	    (long long)id), .token = VIEWER, .env = LIST(start(ENDED))), 200);
	cr_expect_eq(*sessions, 2);
}

Test(connection, a_write_on_an_ended_session_is_done_once)
{
	expect_status(post(start(ENDED), "Ended-Write", NULL), 201);
	cr_expect_eq(*sessions, 2);
	cr_expect_eq(stored("Ended-Write"), 1);
}

Test(connection, a_write_is_done_once_a_pooler_has_a_server)
{
	expect_status(post(start(NO_SERVER), "No-Server", NULL), 201);
	cr_expect_eq(*sessions, 3);
	cr_expect_eq(stored("No-Server"), 1);
}

Test(connection, a_write_with_a_key_on_an_ended_session_is_done_once)
{
	expect_status(post(start(ENDED), "Ended-Key",
	    LIST("Idempotency-Key: ended")), 201);
	cr_expect_eq(*sessions, 2);
	cr_expect_eq(stored("Ended-Key"), 1);
}

Test(connection, a_read_is_repeated_when_the_session_breaks)
{
	expect_status(PROGRAM(.path = "/campaigns/1", .token = VIEWER,
	    .env = LIST(start(CLOSED))), 200);
	cr_expect_eq(*sessions, 2);
}

/* Nothing was executed, but the program cannot know that. */
Test(connection, a_write_is_not_repeated_when_the_session_breaks)
{
	expect_unknown(post(start(CLOSED), "Closed", NULL));
	cr_expect_eq(stored("Closed"), 0);
}

Test(connection, a_write_is_not_repeated_when_its_answer_is_lost)
{
	expect_unknown(post(start(ANSWERED), "Answered", NULL));
	cr_expect_eq(stored("Answered"), 1);
}

Test(connection, a_write_is_not_repeated_when_a_pooler_ends_it)
{
	expect_unknown(post(start(POOLER), "Pooler", NULL));
	cr_expect_eq(stored("Pooler"), 1);
}

Test(connection, a_write_is_not_repeated_after_its_first_result)
{
	expect_unknown(post(start(FIRST_RESULT), "First-Result", NULL));
	cr_expect_eq(stored("First-Result"), 1);
}

Test(connection, a_read_under_way_is_not_repeated)
{
	expect_unknown(PROGRAM(.path = "/campaigns/1", .token = VIEWER,
	    .env = LIST(start(FIRST_RESULT))));
}

Test(connection, a_full_server_is_waited_for)
{
	expect_status(post(start(FULL), "Full", NULL), 201);
	cr_expect_eq(*sessions, 4, "%d sessions", *sessions);
	cr_expect_eq(stored("Full"), 1);
}

Test(connection, a_server_that_stays_full_is_a_503)
{
	struct answer	*a = post(start(FULL_FOR_GOOD), "Full-For-Good", NULL);

	expect_problem(a, 503, "database_unavailable");
	cr_expect_not_null(header(a, "Retry-After"));
	cr_expect(strstr(a->log, "zu viele Verbindungen") != NULL, "%s",
	    a->log);
	cr_expect_gt(*sessions, 3, "%d sessions", *sessions);
}
