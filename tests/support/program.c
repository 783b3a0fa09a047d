/* Running an executable as a web server does (RFC 3875). */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call.h"
#include "core/buf.h"
#include "core/text.h"

#define PATIENCE_MS	120000
#define OUTPUT_MAX	(64 * 1024 * 1024)

extern char	**environ;

static const struct { const char *prefix, *program; } table[] = {
	{ "/public/signups", "signups.cgi" },
	{ "/signups", "signups.cgi" },
	{ "/voters", "voters.cgi" },
	{ "/campaigns", "campaigns.cgi" },
	{ "/auth", "auth.cgi" },
	{ "/users", "users.cgi" },
	{ "/audit", "audit.cgi" },
	{ "/interactions", "interactions.cgi" },
	{ "/member-requests", "member-requests.cgi" },
	{ "/surveys", "surveys.cgi" },
	{ "/households", "households.cgi" },
	{ "/turfs", "turfs.cgi" },
	{ "/donate/webhook", "webhook.cgi" },
	{ "/donate", "donate.cgi" },
	{ "/donations", "donate.cgi" },
	{ "/health", "health.cgi" },
	{ "", "health.cgi" },
};

/* An environment being built. */
struct vars {
	const char	*var[96];
	size_t		 n;
};

static void
set(struct vars *v, const char *var)
{
	size_t	 len = strcspn(var, "=");

	for (size_t i = 0; i < v->n; i++)
		if (strncmp(v->var[i], var, len) == 0 &&
		    v->var[i][len] == '=')
			v->var[i--] = v->var[--v->n];
	if (var[len] == '=' && v->n + 1 < ARRAY_LEN(v->var))
		v->var[v->n++] = var;
}

static void
set2(struct vars *v, const char *name, const char *value)
{
	set(v, arena_printf(&memory, "%s=%s", name, value));
}

/* Set the variable for a header line: HTTP_IF_MATCH=x for "If-Match: x". */
static void
set_header(struct vars *v, const char *line)
{
	char	*var = arena_printf(&memory, "HTTP_%s", line);
	char	*colon = strchr(var, ':');

	cr_assert(colon != NULL, "not a header line: %s", line);
	for (char *p = var + 5; p < colon; p++)
		*p = *p == '-' ? '_' : (*p >= 'a' && *p <= 'z') ?
		    (char)(*p - 32) : *p;
	*colon = '\0';
	set2(v, var, colon + 1 + strspn(colon + 1, " "));
}

/* Decode percent-encoding, as servers do for PATH_INFO. */
static const char *
decoded(const char *s)
{
	char		*out = arena_strdup(&memory, s), *p = out;
	unsigned	 c;

	for (; *s != '\0'; s++) {
		if (*s == '%' && sscanf(s + 1, "%2x", &c) == 1) {
			*p++ = (char)c;
			s += 2;
		} else {
			*p++ = *s;
		}
	}
	*p = '\0';
	return out;
}

static const char *
make_environment(const struct call *c, struct vars *v)
{
	static const char *const kept[] = { "PATH", "CERBERUS_CONF",
		    "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS" };
	const char	*program = NULL, *value;
	const char	*path = c->path != NULL ? c->path : "";
	size_t		 len = c->body == NULL ? 0 : c->len > 0 ? c->len :
			    strlen(c->body);

	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if ((value = getenv(kept[i])) != NULL)
			set2(v, kept[i], value);
	set(v, "GATEWAY_INTERFACE=CGI/1.1");
	set(v, "SERVER_PROTOCOL=HTTP/1.1");
	set(v, "SERVER_NAME=localhost");
	set(v, "SERVER_PORT=80");
	set(v, "REMOTE_ADDR=127.0.0.1");
	set2(v, "REQUEST_METHOD", c->method != NULL ? c->method :
	    c->body != NULL ? "POST" : "GET");
	for (size_t i = 0; i < ARRAY_LEN(table) && program == NULL; i++) {
		size_t	 n = strlen(table[i].prefix);

		if (strncmp(path, table[i].prefix, n) != 0 ||
		    (path[n] != '\0' && path[n] != '/'))
			continue;
		program = table[i].program;
		set2(v, "SCRIPT_NAME", arena_printf(&memory, "/api/v1%s",
		    table[i].prefix));
		set2(v, "PATH_INFO", decoded(path + n));
	}
	set2(v, "QUERY_STRING", c->query != NULL ? c->query : "");
	if (c->body != NULL) {
		set2(v, "CONTENT_LENGTH", arena_printf(&memory, "%zu", len));
		set2(v, "CONTENT_TYPE", c->type != NULL ? c->type :
		    "application/json");
	}
	if (c->token != NULL)
		set2(v, "HTTP_AUTHORIZATION", arena_printf(&memory,
		    "Bearer %s", c->token));
	for (size_t i = 0; c->headers != NULL && c->headers[i] != NULL; i++)
		set_header(v, c->headers[i]);
	for (size_t i = 0; c->env != NULL && c->env[i] != NULL; i++)
		set(v, c->env[i]);
	v->var[v->n] = NULL;
	return c->program != NULL ? c->program : program;
}

/* Write stdin, read stdout and stderr; false if that takes too long. */
static bool
talk(const struct call *c, size_t len, int in, int out, int err,
    struct buf *stdout_, struct buf *stderr_)
{
	struct buf	*to[2] = { stdout_, stderr_ };
	struct pollfd	 p[3] = {
		{ .fd = in, .events = POLLOUT },
		{ .fd = out, .events = POLLIN },
		{ .fd = err, .events = POLLIN },
	};
	size_t		 sent = 0;

	while (p[1].fd != -1 || p[2].fd != -1) {
		if (p[0].fd != -1 && sent == len) {
			if (!c->open)
				close(in);
			p[0].fd = -1;
		}
		if (poll(p, 3, PATIENCE_MS) <= 0)
			return false;
		if (p[0].fd != -1 && p[0].revents != 0) {
			ssize_t	 n = write(in, c->body + sent, len - sent);

			/* A program may answer without reading all. */
			sent = n > 0 ? sent + (size_t)n : len;
		}
		for (int i = 0; i < 2; i++) {
			char	*room;
			ssize_t	 n;

			if (p[i + 1].fd == -1 || p[i + 1].revents == 0)
				continue;
			room = buf_reserve(to[i], 65536);
			cr_assert(room != NULL, "endless output");
			n = read(p[i + 1].fd, room, 65536);
			if (n <= 0)
				p[i + 1].fd = -1;
			else
				to[i]->len += (size_t)n;
		}
	}
	return true;
}

static void
start(const char *path, struct vars *v, int in[2], int out[2], int err[2])
{
	char	*argv[] = { arena_strdup(&memory, path), NULL };

	dup2(in[0], 0);
	dup2(out[1], 1);
	dup2(err[1], 2);
	for (int i = 3; i < 256; i++)
		close(i);
	/* execve() does not modify it, but lacks the const. */
	execve(path, argv, (char **)(uintptr_t)v->var);
	_exit(127);
}

/* Split a CGI response: headers, an empty line, the body. */
static struct answer *
parse(const struct buf *b)
{
	const char	*s = buf_str(b);
	const char	*end = memmem(s, b->len, "\r\n\r\n", 4);
	struct answer	*a;
	const char	*status;
	int64_t		 code;

	if (end == NULL)
		return answer_new("", 0, s, b->len);
	a = answer_new(s, (size_t)(end + 2 - s), end + 4,
	    b->len - (size_t)(end + 4 - s));
	status = header(a, "Status");
	if (status != NULL && text_int64(status, strcspn(status, " "), &code))
		a->status = (int)code;
	return a;
}

struct answer *
call_program(const struct call *c)
{
	struct vars	 v = { .n = 0 };
	const char	*program = make_environment(c, &v);
	const char	*dir = getenv("PROGRAMS");
	const char	*path;
	size_t		 len = c->body == NULL ? 0 : c->len > 0 ? c->len :
			    strlen(c->body);
	struct buf	 out, err;
	struct answer	*a;
	int		 in[2], from[2], errs[2], status;
	pid_t		 pid;
	bool		 ended;

	cr_assert(dir != NULL, "start the tests by make check");
	path = arena_printf(&memory, "%s/%s", dir, program);
	signal(SIGPIPE, SIG_IGN);
	cr_assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0 &&
	    pipe2(errs, O_CLOEXEC) == 0);
	if ((pid = fork()) == 0)
		start(path, &v, in, from, errs);
	cr_assert(pid > 0);
	close(in[0]);
	close(from[1]);
	close(errs[1]);
	buf_init(&out, OUTPUT_MAX);
	buf_init(&err, OUTPUT_MAX);
	ended = talk(c, len, in[1], from[0], errs[0], &out, &err);
	if (!ended)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (c->open)
		close(in[1]);
	close(from[0]);
	close(errs[0]);
	a = parse(&out);
	a->log = arena_strndup(&memory, buf_str(&err), err.len);
	a->exit = !ended ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
	buf_release(&out);
	buf_release(&err);
	cr_assert(a->exit != -1, "%s hangs", program);
	return a;
}
