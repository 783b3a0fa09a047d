/*
 * A growing string with a maximum length and a sticky failure flag.  Appending
 * values as JSON, CSV or HTML is in other files.
 */
#include <stdarg.h>

#include "buf.h"

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_init_in(struct buf *b, struct arena *a, size_t max)
{
	*b = (struct buf){ .max = max, .arena = a };
}

void
buf_release(struct buf *b)
{
	if (b->arena == NULL)
		free(b->data);
	*b = (struct buf){ .max = b->max, .arena = b->arena };
}

/* Return data with room for cap bytes, or NULL. */
static char *
grow(struct buf *b, size_t cap)
{
	char	*p;

	if (b->arena == NULL)
		return realloc(b->data, cap);
	p = arena_alloc(b->arena, cap);
	if (b->data != NULL)
		memcpy(p, b->data, b->len + 1);
	return p;
}

void
buf_clear(struct buf *b, size_t keep)
{
	if (b->cap > keep) {
		buf_release(b);
		return;
	}
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

char *
buf_reserve(struct buf *b, size_t n)
{
	size_t	 cap;
	char	*p;

	if (b->failed || n > b->max || b->len > b->max - n) {
		b->failed = true;
		return NULL;
	}
	if (b->cap - b->len <= n) {
		cap = b->cap < 128 ? 256 : b->cap * 2;
		if (cap < b->len + n + 1)
			cap = b->len + n + 1;
		if ((p = grow(b, cap)) == NULL) {
			b->failed = true;
			return NULL;
		}
		b->data = p;
		b->cap = cap;
	}
	return b->data + b->len;
}

void
buf_add(struct buf *b, const void *s, size_t n)
{
	char	*p = buf_reserve(b, n);

	if (p == NULL)
		return;
	if (n > 0)
		memcpy(p, s, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list	 ap;
	char	*p;
	int	 n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	if ((p = buf_reserve(b, (size_t)n)) == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

const char *
buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}
