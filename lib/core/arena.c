/*
 * Arenas: chains of blocks that are freed together.  Strings that grow are in
 * buf.c.
 */
#include <stdarg.h>

#include "arena.h"

#define BLOCK_SIZE	(16 * 1024)
#define ALIGNMENT	_Alignof(max_align_t)

struct arena_block {
	struct arena_block	*next;
	size_t			 size;
	size_t			 used;
	_Alignas(max_align_t) char data[];
};

static void (*on_failure)(void);

void
arena_on_failure(void (*hook)(void))
{
	on_failure = hook;
}

static struct arena_block *
block_new(size_t size)
{
	struct arena_block	*b = NULL;

	if (size <= SIZE_MAX - sizeof(*b))
		b = malloc(sizeof(*b) + size);
	if (b == NULL) {
		if (on_failure != NULL)
			on_failure();
		abort();
	}
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

static void
free_after(struct arena_block *b)
{
	struct arena_block	*next = b->next;

	b->next = NULL;
	while ((b = next) != NULL) {
		next = b->next;
		free(b);
	}
}

void
arena_release(struct arena *a)
{
	if (a->first != NULL) {
		free_after(a->first);
		free(a->first);
	}
	a->first = a->current = NULL;
}

void
arena_reset(struct arena *a)
{
	if (a->first == NULL)
		return;
	/* Keeping an oversized block would cost a long-lived process memory. */
	if (a->first->size > BLOCK_SIZE) {
		arena_release(a);
		return;
	}
	free_after(a->first);
	a->first->used = 0;
	a->current = a->first;
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){
		.block = a->current,
		.used = a->current != NULL ? a->current->used : 0,
	};
}

void
arena_rewind(struct arena *a, struct arena_mark m)
{
	if (m.block == NULL) {
		arena_reset(a);
		return;
	}
	free_after(m.block);
	m.block->used = m.used;
	a->current = m.block;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct arena_block	*b = a->current;
	void			*p;

	if (n > SIZE_MAX - ALIGNMENT)
		n = SIZE_MAX;	/* too much for block_new() */
	else
		n = (n + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (b == NULL || b->size - b->used < n) {
		b = block_new(n > BLOCK_SIZE ? n : BLOCK_SIZE);
		if (a->current != NULL)
			a->current->next = b;
		else
			a->first = b;
		a->current = b;
	}
	p = b->data + b->used;
	b->used += n;
	return p;
}

void *
arena_zalloc(struct arena *a, size_t n)
{
	return memset(arena_alloc(a, n), 0, n);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char	*copy = arena_alloc(a, n + 1);

	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list	 ap;
	char	*s;
	int	 n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return arena_strndup(a, "", 0);
	s = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}
