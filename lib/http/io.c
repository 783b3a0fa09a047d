/* CGI's environment, stdin and stdout. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io.h"

#define DRAIN_MS	10000	/* for a client that stopped sending */

static const char *
cgi_env(const struct io *io, const char *name)
{
	(void)io;
	return getenv(name);
}

static ssize_t
cgi_read(struct io *io, void *p, size_t n)
{
	ssize_t	 got;

	(void)io;
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

void
io_cgi_drain(void)
{
	struct pollfd	 p = { .fd = STDIN_FILENO, .events = POLLIN };
	char		 rest[65536];
	ssize_t		 n;

	do
		n = recv(STDIN_FILENO, rest, sizeof(rest), MSG_DONTWAIT);
	while (n > 0 || (n == -1 && (errno == EAGAIN || errno == EINTR) &&
	    poll(&p, 1, DRAIN_MS) > 0));
}
