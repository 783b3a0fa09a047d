/* Writes the body of a response to a file; see output.h. */
#include <errno.h>
#include <unistd.h>

#include "output.h"

/*
 * Where the rows go.  A command calls the handler of the HTTP request with a
 * struct io that drops the head of the response.
 */
struct sink {
	int	 fd;
	bool	 head_dropped;
};

static const char *
no_env(const struct io *io, const char *name)
{
	(void)io;
	(void)name;
	return NULL;
}

static ssize_t
no_read(struct io *io, void *p, size_t n, int wait_ms)
{
	(void)io;
	(void)p;
	(void)n;
	(void)wait_ms;
	return 0;
}

static int
sink_write(struct io *io, const void *p, size_t n)
{
	struct sink	*k = io->ctx;
	const char	*at = p;
	ssize_t		 put;

	/* The head is written first, in one piece. */
	if (!k->head_dropped) {
		k->head_dropped = true;
		return 0;
	}
	while (n > 0) {
		put = write(k->fd, at, n);
		if (put == -1 && errno != EINTR)
			return -1;
		if (put > 0) {
			at += put;
			n -= (size_t)put;
		}
	}
	return 0;
}

static int
no_flush(struct io *io)
{
	(void)io;
	return 0;
}

int
output_run(struct session *s, int (*handle)(struct req *, struct resp *,
    struct err *), const char *path, const struct form *query, int fd)
{
	struct sink	 sink = { .fd = fd };
	struct io	 io = { .env = no_env, .read = no_read,
			    .write = sink_write, .flush = no_flush,
			    .ctx = &sink };
	struct req	 rq = { .arena = &s->arena, .cfg = &s->cfg,
			    .db = &s->db, .primary = &s->db, .io = &io,
			    .method = M_GET,
			    .script = "", .path = path, .query = *query };
	struct resp	 rs;
	int		 rc;

	resp_init(&rs, &io);
	rc = handle(&rq, &rs, &s->err);
	if (rc == 0 && !rs.started) {
		/* The response was not streamed: its body is in rs. */
		sink.head_dropped = true;
		rc = sink_write(&io, buf_str(&rs.body), rs.body.len);
	}
	resp_release(&rs);
	return rc;
}
