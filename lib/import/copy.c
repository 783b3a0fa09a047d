/*
 * A source of bytes that can be read again, from a temporary file.  decode.h
 * declares sources.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "copy.h"

/* Open a temporary file without a name; -1 if that fails. */
static int
temporary(void)
{
	const char	*dir = getenv("TMPDIR");

	return open(dir != NULL && *dir != '\0' ? dir : "/var/tmp",
	    O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static ssize_t
copy_read(struct source *s, void *p, size_t n, struct err *e)
{
	struct copy	*c = s->ctx;
	ssize_t		 got;

	if (!c->again) {
		got = c->from->read(c->from, p, n, e);
		if (got > 0 && c->fd != -1 &&
		    write(c->fd, p, (size_t)got) != got)
			copy_release(c);
		return got;
	}
	got = read(c->fd, p, n);
	if (got == -1)
		return err_detail(e, ERR_INTERNAL, "the temporary file: %s",
		    strerror(errno));
	return got;
}

/* Read the rest of the source first, so that all of it is in the copy. */
static int
copy_rewind(struct source *s, struct err *e)
{
	struct copy	*c = s->ctx;
	char		 skip[8192];
	ssize_t		 got = 1;

	while (!c->again && got > 0)
		if ((got = copy_read(s, skip, sizeof(skip), e)) == -1)
			return -1;
	if (c->fd == -1 || lseek(c->fd, 0, SEEK_SET) != 0)
		return err_set(e, ERR_UNPROCESSABLE, "The file has to be "
		    "read again, and there is no room for a copy of it. "
		    "Set date_order, or try again later.");
	c->again = true;
	return 0;
}

void
copy_init(struct copy *c, struct source *from)
{
	*c = (struct copy){ .from = from, .fd = temporary(),
	    .source = { .read = copy_read, .rewind = copy_rewind } };
	c->source.ctx = c;
}

void
copy_release(struct copy *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
}
