/*
 * The body of a request: exactly CONTENT_LENGTH bytes (RFC 3875 section 4.2),
 * whatever else may be waiting behind them.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "core/buf.h"
#include "core/err.h"
#include "io.h"

/*
 * How long a client may keep us waiting for bytes, in all; the time that we take
 * between reads does not count.
 */
struct pace {
	int64_t		 ms;		/* 0: for any time */
	int64_t		 bytes;		/* so many start it anew; 0: none */
};

struct body {
	struct io	*io;
	int64_t		 length;	/* as declared */
	int64_t		 limit;		/* most bytes that are allowed */
	int64_t		 taken;		/* bytes read so far */
	struct pace	 pace;		/* set after body_open() */
	int64_t		 waited;	/* of pace.ms */
	int64_t		 fresh;		/* of pace.bytes */
	/* Sees every byte that is read; set after body_open(), or NULL. */
	void		(*tap)(void *, const void *, size_t);
	void		*tap_ctx;
};

/*
 * Reads CONTENT_LENGTH; 400 when it is not a number, 413 when over limit, 411 for
 * one in chunks, as a broken one would pass for one that has ended.
 */
int	 body_open(struct body *, struct io *, int64_t limit, struct err *)
	    MUST_USE;

/*
 * Up to n bytes; 0 at the end.  A body that ends before its declared length is
 * a 400, and one that does not keep the pace is a 408.
 */
ssize_t	 body_read(struct body *, void *, size_t n, struct err *) MUST_USE;

/* All of it. */
int	 body_read_all(struct body *, struct buf *, struct err *) MUST_USE;

#endif
