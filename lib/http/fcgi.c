/* FastCGI, through libfcgi. */
#include "config.h"

#include "fcgi.h"

#ifdef HAVE_LIBFCGI

#include <fcgiapp.h>
#include <signal.h>

static FCGX_Request	 request;

static const char *
fcgi_env(const struct io *io, const char *name)
{
	const FCGX_Request	*r = io->ctx;

	return FCGX_GetParam(name, r->envp);
}

static ssize_t
fcgi_read(struct io *io, void *p, size_t n)
{
	FCGX_Request	*r = io->ctx;
	int		 got = FCGX_GetStr(p, n > INT32_MAX ? INT32_MAX :
			    (int)n, r->in);

	if (got == 0 && FCGX_GetError(r->in) != 0)
		return -1;
	return got;
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
	/* A request under way is finished; the wait for the next one ends. */
	sigemptyset(&term.sa_mask);
	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGUSR1, &term, NULL);
	return true;
}

bool
fcgi_accept(struct io *io)
{
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
