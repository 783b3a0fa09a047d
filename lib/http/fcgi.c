/* Requests from FastCGI, by libfcgi, as a struct io.  io.c has CGI. */
#include "config.h"

#include "fcgi.h"

#ifdef HAVE_LIBFCGI

#include <errno.h>
#include <fcgiapp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * How much may wait in the connection; the kernel doubles it.  lighttpd 1.4
 * reads at once all that waits, and writes what is above 64 KiB to a temporary
 * file, whatever server.stream-response-body says.  With the kernel's default,
 * a long response would go through the disk, and all others would wait for it.
 */
#define SEND_BUFFER	(24 * 1024)
#define SMALL		(32 * 1024)	/* a response that needs no limit */

static FCGX_Request	 request;
static bool		 timed;		/* read() is limited in time */
static long long	 unread;	/* bytes of the body; -1: unknown */

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
	timed = ms != 0;
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
	int		 c, got;

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
	got = FCGX_GetStr(p, (int)(n < ready ? n : ready), r->in);
	if (unread > 0)
		unread -= got;
	return got;
}

static int
fcgi_write(struct io *io, const void *p, size_t n)
{
	FCGX_Request	*r = io->ctx;
	const char	*at = p;
	int		 size = SEND_BUFFER;

	if (n > SMALL)
		setsockopt(r->ipcFd, SOL_SOCKET, SO_SNDBUF, &size,
		    sizeof(size));
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

/* The length of the request's body; -1 if it is unknown. */
static long long
body_length(void)
{
	const char	*length = FCGX_GetParam("CONTENT_LENGTH",
			    request.envp);
	const char	*method = FCGX_GetParam("REQUEST_METHOD",
			    request.envp);

	if (length != NULL && *length != '\0')
		return strtoll(length, NULL, 10);
	return method != NULL && (strcmp(method, "GET") == 0 ||
	    strcmp(method, "HEAD") == 0) ? 0 : -1;
}

/*
 * End the current request.  libfcgi closes a connection in three steps, since
 * the server may still be sending: it ends its own side, waits for the server
 * to do the same, and closes it.  After the record that ends the request's body
 * the server sends nothing more, so the connection can be closed at once.
 */
static void
finish(void)
{
	bool	 complete;

	/* On a persistent connection, wait for the next request. */
	if (timed)
		set_timeout(&request, 0);
	if (request.keepConnection || unread != 0)
		return;
	/* This record nearly always arrived together with the one before. */
	complete = FCGX_GetChar(request.in) == -1 &&
	    FCGX_GetError(request.in) == 0;
	if (!complete)
		return;
	request.keepConnection = true;
	FCGX_Finish_r(&request);
	if (request.ipcFd >= 0)
		close(request.ipcFd);
	request.ipcFd = -1;
}

bool
fcgi_accept(struct io *io)
{
	if (request.ipcFd >= 0)
		finish();
	timed = false;
	if (FCGX_Accept_r(&request) != 0)
		return false;
	unread = body_length();
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
