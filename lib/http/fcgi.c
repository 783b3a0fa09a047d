/* Requests from FastCGI, by libfcgi, as a struct io.  io.c has CGI. */
#include "config.h"

#include "fcgi.h"

#ifdef HAVE_LIBFCGI

#include <errno.h>
#include <fcgiapp.h>
#include <signal.h>
#include <sys/socket.h>

static FCGX_Request	 request;

static const char *
fcgi_env(const struct io *io, const char *name)
{
	const FCGX_Request	*r = io->ctx;

	return FCGX_GetParam(name, r->envp);
}

/* Limit libfcgi's read() of the connection to a time; 0: no limit. */
static void
set_timeout(const FCGX_Request *r, int ms)
{
	struct timeval	 t = { .tv_sec = ms / 1000,
			    .tv_usec = ms % 1000 * 1000 };

	setsockopt(r->ipcFd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
}

/*
 * FCGX_GetStr() waits until all n bytes have arrived.  It is therefore only
 * called for bytes that are in libfcgi's buffer.  FCGX_GetChar() fills the
 * buffer by one read() of the connection, or by a few, because the server
 * writes each record as a whole.  Polling the connection would miss bytes that
 * libfcgi has already read.
 */
static ssize_t
fcgi_read(struct io *io, void *p, size_t n, int wait_ms)
{
	FCGX_Request	*r = io->ctx;
	size_t		 ready = (size_t)(r->in->stop - r->in->rdNext);
	int		 c;

	if (ready == 0) {
		set_timeout(r, wait_ms < 0 ? 0 : wait_ms > 0 ? wait_ms : 1);
		c = FCGX_GetChar(r->in);
		if (c == -1) {
			c = FCGX_GetError(r->in);
			return c == EAGAIN || c == EWOULDBLOCK ? IO_LATE :
			    c != 0 ? -1 : 0;
		}
		FCGX_UnGetChar(c, r->in);
		ready = (size_t)(r->in->stop - r->in->rdNext);
	}
	return FCGX_GetStr(p, (int)(n < ready ? n : ready), r->in);
}

static int
fcgi_write(struct io *io, const void *p, size_t n)
{
	FCGX_Request	*r = io->ctx;
	const char	*at = p;

	while (n > 0) {
		int	 put = FCGX_PutStr(at, n > INT32_MAX ? INT32_MAX :
			    (int)n, r->out);

		if (put <= 0)
			return -1;
		at += put;
		n -= (size_t)put;
	}
	return 0;
}

static int
fcgi_flush(struct io *io)
{
	FCGX_Request	*r = io->ctx;

	return FCGX_FFlush(r->out) == 0 ? 0 : -1;
}

static void
on_term(int number)
{
	(void)number;
	FCGX_ShutdownPending();
}

bool
fcgi_wanted(void)
{
	struct sigaction	 term = { .sa_handler = on_term };

	if (FCGX_IsCGI())
		return false;
	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0,
	    FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return false;
	/* The current request is finished, and no other one is accepted. */
	sigemptyset(&term.sa_mask);
	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGUSR1, &term, NULL);
	return true;
}

bool
fcgi_accept(struct io *io)
{
	/* On a persistent connection, wait for the next request. */
	if (request.ipcFd >= 0)
		set_timeout(&request, 0);
	if (FCGX_Accept_r(&request) != 0)
		return false;
	*io = (struct io){
		.env = fcgi_env,
		.read = fcgi_read,
		.write = fcgi_write,
		.flush = fcgi_flush,
		.ctx = &request,
	};
	return true;
}

#else

bool
fcgi_wanted(void)
{
	return false;
}

bool
fcgi_accept(struct io *io)
{
	(void)io;
	return false;
}

#endif
