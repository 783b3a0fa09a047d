/*
 * The interface to the web server: environment, standard input and standard
 * output as CGI (RFC 3875), or one FastCGI request.
 */
#ifndef HTTP_IO_H
#define HTTP_IO_H

#include <sys/types.h>

#include "core/base.h"

#define IO_LATE		(-2)	/* read() timed out */

struct io {
	/* Return a variable of the request, or NULL. */
	const char	*(*env)(const struct io *, const char *name);
	/*
	 * Read bytes of the body.  Wait for the first at most wait_ms
	 * milliseconds, or without limit if that is negative.  Return their
	 * number, 0 at the end, -1 on failure, IO_LATE if none arrived in time.
	 */
	ssize_t		 (*read)(struct io *, void *, size_t, int wait_ms);
	/* Write all bytes.  Return -1 if the client is gone. */
	int		 (*write)(struct io *, const void *, size_t);
	/* Have the server send what was written so far. */
	int		 (*flush)(struct io *);
	void		*ctx;
};

/* Use the environment and the standard streams of the process. */
void	 io_cgi(struct io *);

/*
 * Discard the unread rest of the body.  Call it after the response is sent.  If
 * the server sends the body through a socket, as Apache's mod_cgid does, and
 * the process exits with unread bytes in it, the kernel resets the connection
 * and the response is lost.
 */
void	 io_cgi_refuse_rest(void);

#endif
