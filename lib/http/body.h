/*
 * The bytes of a request's body: exactly CONTENT_LENGTH of them (RFC 3875
 * section 4.2), even if more could be read.  payload.h parses them.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "core/buf.h"
#include "core/err.h"
#include "io.h"

/*
 * The time limit for a body: how long all its reads together may wait for the
 * client.  The time between reads does not count.
 */
struct pace {
	int64_t		 ms;		/* 0: without limit */
	int64_t		 bytes;		/* each time so many have arrived, the
					 * wait counts from 0 again; 0: never */
};

struct body {
	struct io	*io;
	int64_t		 length;	/* as declared */
	int64_t		 limit;		/* bytes that are allowed */
	int64_t		 taken;		/* bytes read so far */
	struct pace	 pace;		/* set after body_open() */
	int64_t		 waited;	/* ms since the count began */
	int64_t		 fresh;		/* bytes since the count began */
	/* Called with all bytes that are read; set after body_open(). */
	void		(*on_read)(void *, const void *, size_t);
	void		*on_read_ctx;
};

/*
 * Read CONTENT_LENGTH and check it against a limit in bytes.  400 if it is not
 * a number, 413 if it is over the limit.  411 for a chunked body: the end of
 * one that was cut off would look like the end of a complete one.
 */
int	 body_open(struct body *, struct io *, int64_t limit, struct err *)
	    MUST_USE;

/*
 * Read up to n bytes and return their number; 0 at the end.  400 if the body
 * ends before its declared length, 408 if the client is too slow.
 */
ssize_t	 body_read(struct body *, void *, size_t n, struct err *) MUST_USE;

/* Append the whole body to a buffer.  Errors as for body_read(). */
int	 body_read_all(struct body *, struct buf *, struct err *) MUST_USE;

#endif
