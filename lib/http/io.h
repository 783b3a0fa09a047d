/*
 * Where a request comes from and its answer goes: the process's environment,
 * stdin and stdout as CGI (RFC 3875), or one FastCGI request.
 */
#ifndef HTTP_IO_H
#define HTTP_IO_H

#include <sys/types.h>

#include "core/base.h"

#define IO_LATE		(-2)

struct io {
	/* A variable of the request, or NULL. */
	const char	*(*env)(const struct io *, const char *name);
	/*
	 * Waits at most that many milliseconds for a byte, and for any time
	 * where they are negative.  Bytes read, 0 at the end, -1 on failure,
	 * IO_LATE when none came in time.
	 */
	ssize_t		 (*read)(struct io *, void *, size_t, int wait_ms);
	/* 0, or -1 when the client is gone. */
	int		 (*write)(struct io *, const void *, size_t);
	/* Sends on what a stream of answers has so far. */
	int		 (*flush)(struct io *);
	void		*ctx;
};

/* The process's own. */
void	 io_cgi(struct io *);

/*
 * Takes no more of the body once the request is answered, where the server sends
 * it through a socket, as Apache's mod_cgid does: a process that ends with bytes
 * unread there takes its answer along.
 */
void	 io_cgi_refuse_rest(void);

#endif
