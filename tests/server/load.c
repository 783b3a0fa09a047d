/* Many concurrent requests, large bodies and broken clients. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

#include "call.h"
#include "core/buf.h"
#include "sql.h"

static size_t	 made;
static int64_t	 same;		/* voter_id of the person who signs up often */
static size_t	 sames;

static void
make_signup(size_t i, struct call *c)
{
	c->path = "/signups";
	/* Half of the signups are of one person, in two spellings. */
	c->body = i % 2 == 0 ? arena_printf(&memory,
	    "{\"first_name\":\"Race\",\"last_name\":\"Same\","
	    "\"email_address\":\"%s@example.org\",\"phone_number\":"
	    "\"919-555-0%s\",\"campaign_id\":1}", i % 4 == 0 ? "race" :
	    "RACE", "177") : arena_printf(&memory,
	    "{\"first_name\":\"Race\",\"last_name\":\"Other\","
	    "\"email_address\":\"race%zu@example.org\",\"campaign_id\":1}", i);
}

static void
see_signup(size_t i, const struct answer *a)
{
	int64_t	 id = number_at(a, "voter_id");

	cr_expect_eq(a->status, 201, "%zu: %d %s %s", i, a->status, a->body,
	    a->log);
	made += a->status == 201;
	if (i % 2 != 0)
		return;
	cr_expect(same == 0 || same == id, "%lld and %lld", (long long)same,
	    (long long)id);
	same = id;
	sames++;
}

Test(load, concurrent_signups_of_one_person_create_one_voter)
{
	call_many(200, 50, make_signup, see_signup);
	cr_expect_eq(made, 200);
	cr_expect_eq(sames, 100);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "email_address = 'race@example.org'"), 1);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "last_name = 'Other' AND first_name = 'Race'"), 100);
	cr_expect_eq(sql_number("SELECT count(*) FROM interactions WHERE "
	    "voter_id = %lld", (long long)same), 100);
	cr_expect_eq(sql_number("SELECT count(*) FROM campaign_voters WHERE "
	    "voter_id = %lld", (long long)same), 1);
}

static int64_t	 own;

/* Consecutive requests come from different callers. */
static void
make_caller(size_t i, struct call *c)
{
	static const char *const who[] = { ADMIN, NULL, VIEWER, STRANGER,
				    NOBODY, REVOKED };

	c->token = who[i % ARRAY_LEN(who)];
	c->path = arena_printf(&memory, "/voters/%lld", (long long)own);
}

static void
see_caller(size_t i, const struct answer *a)
{
	static const int	 wanted[] = { 200, 401, 200, 404, 404, 401 };

	cr_expect_eq(a->status, wanted[i % ARRAY_LEN(wanted)], "%zu: %d %s",
	    i, a->status, a->body);
	cr_expect(a->status == 200 || strstr(a->body, "Callers") == NULL);
	made++;
}

Test(load, identity_does_not_leak_into_the_next_request)
{
	own = voter("Mixed", "Callers");
	call_many(600, 8, make_caller, see_caller);
	cr_expect_eq(made, 600);
}

/* Apache does not tell the programs whether a body in chunks was whole. */
static bool
wants_length(void)
{
	const char	*server = getenv("SERVED_BY");

	cr_assert_not_null(server, "SERVED_BY: lighttpd or apache");
	return strcmp(server, "apache") == 0;
}

Test(load, bodies_in_chunks_are_read_where_their_end_is_certain)
{
	bool		 refused = wants_length();
	struct answer	*a = SERVER(.path = "/signups", .body =
			    "{\"first_name\":\"Chunk\",\"last_name\":\"Ed\","
			    "\"email_address\":\"chunked@example.org\","
			    "\"campaign_id\":1}",
			    .headers = LIST("Transfer-Encoding: chunked"));

	expect_status(a, refused ? 411 : 201);
	cr_expect(!refused || strstr(a->body, "length_required") != NULL, "%s",
	    a->body);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "email_address = 'chunked@example.org'"), refused ? 0 : 1);
}

/* A server may buffer a chunked body on disk, up to a limit. */
Test(load, chunked_bodies_have_a_limit)
{
	size_t	 n = 8 * 1024 * 1024;
	char	*body = memset(arena_alloc(&memory, n + 1), 'x', n);

	body[n] = '\0';
	expect_status(SERVER(.path = "/signups", .body = body, .len = n,
	    .headers = LIST("Transfer-Encoding: chunked")), wants_length() ?
	    411 : 413);
}

/* The 413 names the limit, whether the server or the program sends it. */
Test(load, only_uploads_may_be_large)
{
	static const char *const	 ways[][2] = {
		{ "X-Way: length", NULL },
		{ "Transfer-Encoding: chunked", NULL },
	};
	size_t		 n = 2 * 1024 * 1024;
	char		*body = memset(arena_alloc(&memory, n + 1), ' ', n);
	struct answer	*a;
	struct buf	 b;

	body[n] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		a = SERVER(.path = "/voters", .token = ADMIN, .body = body,
		    .len = n, .headers = ways[i]);
		if (i == 1 && wants_length()) {
			expect_status(a, 411);
			cr_expect_not_null(strstr(a->body, "Content-Length"),
			    "%s", a->body);
			continue;
		}
		expect_status(a, 413);
		cr_expect_not_null(strstr(a->body, "1048576"), "%s", a->body);
	}
	buf_init(&b, 16 * 1024 * 1024);
	buf_adds(&b, "first_name,last_name,city\n");
	for (int i = 0; b.len < (size_t)5 * 1024 * 1024; i++)
		buf_addf(&b, "Large,Upload%d,%0100d\n", i, i);
	a = SERVER(.path = "/voters/upload", .query = "campaign_id=1&dry_run="
	    "1", .type = "text/csv", .token = EDITOR, .body = b.data,
	    .len = b.len);
	expect_status(a, 200);
	cr_expect_gt(number_at(a, "rows"), 40000);
	buf_release(&b);
}

/*
 * Send bytes on a new connection.  With wait, read the beginning of the
 * response into out; otherwise close at once.
 */
static void
send_raw(const char *bytes, bool wait, char *out, size_t size)
{
	const char		*url = getenv("CERBERUS_URL");
	struct sockaddr_in	 to = { .sin_family = AF_INET };
	unsigned		 port;
	ssize_t			 n;
	int			 fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert(url != NULL && sscanf(url, "http://127.0.0.1:%u", &port) ==
	    1);
	to.sin_port = htons((uint16_t)port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	cr_assert_eq(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL),
	    (ssize_t)strlen(bytes));
	out[0] = '\0';
	if (wait) {
		n = recv(fd, out, size - 1, 0);
		out[n > 0 ? n : 0] = '\0';
	}
	close(fd);
}

/* Clients that disconnect within a body. */
Test(load, clients_that_hang_up_do_no_harm)
{
	char	 out[256];

	for (int i = 0; i < 20; i++)
		send_raw("POST /api/v1/signups HTTP/1.1\r\nHost: localhost\r\n"
		    "Content-Type: application/json\r\n"
		    "Content-Length: 1000\r\n\r\n{\"first_name\":\"Gone\"",
		    false, out, sizeof(out));
	expect_status(SERVER(.path = "/signups", .body =
	    "{\"first_name\":\"Still\",\"last_name\":\"Here\","
	    "\"email_address\":\"still@example.org\",\"campaign_id\":1}"),
	    201);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters WHERE "
	    "first_name = 'Gone'"), 0);
}

/* Monitors use /health, without the prefix; nothing exists below it. */
static const struct { const char *path, *line; } roots[] = {
	{ "/health", "HTTP/1.1 200" }, { "/health/", "HTTP/1.1 200" },
	{ "/api/v1/health", "HTTP/1.1 200" },
	{ "/health/x", "HTTP/1.1 404" }, { "/healthX", "HTTP/1.1 404" },
	{ "/voters", "HTTP/1.1 404" }, { "/", "HTTP/1.1 404" },
};

Test(load, health_is_at_the_root_too)
{
	char	 out[4096];

	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		send_raw(arena_printf(&memory,
		    "GET %s HTTP/1.1\r\nHost: localhost"
		    "\r\nConnection: close\r\n\r\n", roots[i].path), true, out,
		    sizeof(out));
		cr_expect_eq(strncmp(out, roots[i].line, 12), 0, "%s: %s",
		    roots[i].path, out);
	}
}

Test(load, malformed_http_is_400)
{
	static const char *const bad[] = {
		"GET /api/v1/health\001 HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /api/v1/signups HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: -5\r\n\r\n",
		"POST /api/v1/signups HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: abc\r\n\r\n",
	};
	char	 out[256];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		send_raw(bad[i], true, out, sizeof(out));
		cr_expect_eq(strncmp(out, "HTTP/1.1 400", 12), 0, "%zu: %s",
		    i, out);
	}
}

Test(load, paths_do_not_leave_the_interface)
{
	static const char *const paths[] = {
		"/../../etc/passwd", "/voters/..%2f..%2fetc%2fpasswd",
		"/voters/%2e%2e/%2e%2e/etc/passwd", "/voters.cgi/1",
		"/voters%2f1", "/signups/../../../voters.cgi",
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct answer	*a = SERVER(.path = paths[i],
				    .token = VIEWER);

		cr_expect(a->status == 404 || a->status == 400 ||
		    a->status == 403, "%s: %d", paths[i], a->status);
		cr_expect(strstr(a->body, "root:") == NULL);
	}
}
