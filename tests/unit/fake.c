/* A request from memory. */
#include <unistd.h>

#include "fake.h"

static const char *
fake_env(const struct io *io, const char *name)
{
	const struct fake	*f = io->ctx;
	size_t			 n = strlen(name);

	for (size_t i = 0; f->env != NULL && f->env[i] != NULL; i++)
		if (strncmp(f->env[i], name, n) == 0 && f->env[i][n] == '=')
			return f->env[i] + n + 1;
	return NULL;
}

static ssize_t
fake_read(struct io *io, void *p, size_t n, int wait_ms)
{
	struct fake	*f = io->ctx;

	f->waited = wait_ms;
	if (f->takes > 0)
		usleep(f->takes * 1000);
	if (f->late && f->len == 0)
		return IO_LATE;
	if (f->len == 0)
		return f->broken ? -1 : 0;
	if (n > f->piece)
		n = f->piece;
	if (n > f->len)
		n = f->len;
	memcpy(p, f->in, n);
	f->in += n;
	f->len -= n;
	return (ssize_t)n;
}

static int
fake_write(struct io *io, const void *p, size_t n)
{
	struct fake	*f = io->ctx;

	if (f->gone || n > sizeof(f->out) - 1 - f->out_len)
		return -1;
	memcpy(f->out + f->out_len, p, n);
	f->out_len += n;
	f->out[f->out_len] = '\0';
	return 0;
}

static int
fake_flush(struct io *io)
{
	(void)io;
	return 0;
}

void
fake_init(struct fake *f, const char *const *env, const char *in, size_t len,
    size_t piece)
{
	memset(f, 0, sizeof(*f));
	f->io = (struct io){ fake_env, fake_read, fake_write, fake_flush, f };
	f->env = env;
	f->in = in;
	f->len = len;
	f->piece = piece;
}
