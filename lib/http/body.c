/*
 * Reading the bytes of a request's body, with its limits.  payload.c parses
 * them, multipart.c splits forms.
 */
#include <limits.h>

#include "body.h"
#include "core/clock.h"
#include "core/text.h"

static int
too_large(int64_t limit, struct err *e)
{
	return err_set(e, ERR_TOO_LARGE,
	    "The body is larger than the limit of %lld bytes.",
	    (long long)limit);
}

int
body_open(struct body *b, struct io *io, int64_t limit, struct err *e)
{
	const char	*s = io->env(io, "CONTENT_LENGTH");
	const char	*coding = io->env(io, "HTTP_TRANSFER_ENCODING");

	*b = (struct body){ .io = io, .limit = limit };
	/* lighttpd reads a body in chunks to its end, checks it, and passes it
	 * on with its length.  Apache's mod_cgid passes on the header, and ends
	 * the input in the same way whether the chunks are complete or
	 * broken. */
	if (coding != NULL && *coding != '\0')
		return err_set(e, ERR_LENGTH, "Send the body with a "
		    "Content-Length instead of in chunks.");
	if (s == NULL || *s == '\0')
		return 0;
	if (s[0] == '-' || !text_int64(s, strlen(s), &b->length))
		return err_set(e, ERR_MALFORMED,
		    "Content-Length is not a number.");
	if (b->length > limit)
		return too_large(limit, e);
	return 0;
}

static int
too_slow(const struct body *b, struct err *e)
{
	err_detail(e, ERR_TIMEOUT, "%lld of %lld bytes arrived",
	    (long long)b->taken, (long long)b->length);
	return err_set(e, ERR_TIMEOUT, "The body arrived too slowly.");
}

/* Read once, and wait no longer than the pace allows. */
static ssize_t
read_in_time(struct body *b, void *p, size_t n)
{
	int64_t	 left = b->pace.ms - b->waited, start;
	ssize_t	 got;

	if (b->pace.ms == 0)
		return b->io->read(b->io, p, n, -1);
	if (left <= 0)
		return IO_LATE;
	start = clock_ms();
	got = b->io->read(b->io, p, n, left > INT_MAX ? INT_MAX : (int)left);
	b->waited += clock_ms() - start;
	if (got <= 0 || b->pace.bytes == 0)
		return got;
	b->fresh += got;
	if (b->fresh >= b->pace.bytes)
		b->fresh = b->waited = 0;
	return got;
}

ssize_t
body_read(struct body *b, void *p, size_t n, struct err *e)
{
	ssize_t	 got;

	if ((int64_t)n > b->length - b->taken)
		n = (size_t)(b->length - b->taken);
	if (n == 0)
		return 0;
	got = read_in_time(b, p, n);
	if (got == IO_LATE)
		return too_slow(b, e);
	if (got <= 0)
		return err_set(e, ERR_MALFORMED, "The body ended after %lld "
		    "of %lld bytes.", (long long)b->taken,
		    (long long)b->length);
	b->taken += got;
	if (b->on_read != NULL)
		b->on_read(b->on_read_ctx, p, (size_t)got);
	return got;
}

int
body_read_all(struct body *b, struct buf *out, struct err *e)
{
	size_t	 chunk = b->length > 0 && b->length < 65536 ?
		    (size_t)b->length : 65536;
	char	*p;
	ssize_t	 got;

	for (;;) {
		if (b->taken == b->length)
			return 0;
		if ((p = buf_reserve(out, chunk)) == NULL)
			return err_detail(e, ERR_INTERNAL, "no memory for a "
			    "body of %lld bytes", (long long)b->length);
		if ((got = body_read(b, p, chunk, e)) <= 0)
			return (int)got;
		out->len += (size_t)got;
		p[got] = '\0';
	}
}
