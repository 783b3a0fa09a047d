/*
 * Where a request comes from and its answer goes: the process's environment,
 * stdin and stdout as CGI (RFC 3875), or one FastCGI request.
 */
#ifndef HTTP_IO_H
#define HTTP_IO_H

#include <sys/types.h>

#include "core/base.h"

struct io {
	/* A variable of the request, or NULL. */
	const char	*(*env)(const struct io *, const char *name);
	/* Bytes read, 0 at the end, -1 on failure. */
	ssize_t		 (*read)(struct io *, void *, size_t);
	/* 0, or -1 when the client is gone. */
	int		 (*write)(struct io *, const void *, size_t);
	/* Sends on what a stream of answers has so far. */
	int		 (*flush)(struct io *);
	void		*ctx;
};

/* The process's own. */
void	 io_cgi(struct io *);

/*
 * Reads what is left of a request's body once it is answered, where the server
 * sends it through a socket, as Apache's mod_cgid does: what a process leaves
 * unread there takes its answer along when it ends.
 */
void	 io_cgi_drain(void);

#endif
