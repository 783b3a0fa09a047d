/*
 * The body of a request: exactly CONTENT_LENGTH bytes (RFC 3875 section 4.2),
 * whatever else may be waiting behind them.  A body sent in chunks has no length;
 * it is read to its end.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "core/buf.h"
#include "core/err.h"
#include "io.h"

struct body {
	struct io	*io;
	int64_t		 length;	/* as declared; -1: not declared */
	int64_t		 limit;		/* most bytes that are allowed */
	int64_t		 taken;		/* bytes read so far */
	/* Sees every byte that is read; set after body_open(), or NULL. */
	void		(*tap)(void *, const void *, size_t);
	void		*tap_ctx;
};

/* Reads CONTENT_LENGTH; 400 when it is no number, 413 when over limit. */
int	 body_open(struct body *, struct io *, int64_t limit, struct err *)
	    MUST_USE;

/*
 * Up to n bytes; 0 at the end.  A body that ends before its declared length is
 * an error, and so is one without a length that passes the limit.
 */
ssize_t	 body_read(struct body *, void *, size_t n, struct err *) MUST_USE;

/* All of it. */
int	 body_read_all(struct body *, struct buf *, struct err *) MUST_USE;

#endif
