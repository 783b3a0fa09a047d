/* CGI's environment, stdin and stdout. */
#include <errno.h>
#include <unistd.h>

#include "io.h"

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
