/*
 * Requests from CGI, by environment, standard input and output, as a struct io.
 * fcgi.c has FastCGI.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io.h"

static const char *
cgi_env(const struct io *io, const char *name)
{
	(void)io;
	return getenv(name);
}

static ssize_t
cgi_read(struct io *io, void *p, size_t n, int wait_ms)
{
	struct pollfd	 in = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t		 got;

	(void)io;
	if (wait_ms >= 0 && poll(&in, 1, wait_ms) == 0)
		return IO_LATE;
	do
		got = read(STDIN_FILENO, p, n);
	while (got == -1 && errno == EINTR);
	return got;
}

static int
cgi_write(struct io *io, const void *p, size_t n)
{
	const char	*at = p;
	ssize_t		 put;

	(void)io;
	while (n > 0) {
		put = write(STDOUT_FILENO, at, n);
		if (put == -1) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		at += put;
		n -= (size_t)put;
	}
	return 0;
}

static int
cgi_flush(struct io *io)
{
	(void)io;
	return 0;
}

void
io_cgi(struct io *io)
{
	*io = (struct io){
		.env = cgi_env,
		.read = cgi_read,
		.write = cgi_write,
		.flush = cgi_flush,
	};
}

static void
discard(void)
{
	char	 rest[65536];
	ssize_t	 n;

	do
		n = recv(STDIN_FILENO, rest, sizeof(rest), MSG_DONTWAIT);
	while (n > 0 || (n == -1 && errno == EINTR));
}

void
io_cgi_refuse_rest(void)
{
	/* After the shutdown the server's next write fails.  Read what it has
	 * written until then. */
	discard();
	if (shutdown(STDIN_FILENO, SHUT_RD) == 0)
		discard();
}
