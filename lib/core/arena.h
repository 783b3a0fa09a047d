/*
 * Memory that lives as long as a request.  Nothing taken from an arena is freed
 * by itself; arena_reset() gives all of it back at once, arena_rewind() what was
 * taken since a mark.
 *
 * Running out of memory ends the process through the hook of arena_on_failure(),
 * so that no caller needs to check.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include "base.h"

struct arena_block;

struct arena {
	struct arena_block	*first;
	struct arena_block	*current;
};

struct arena_mark {
	struct arena_block	*block;
	size_t			 used;
};

/* The hook must not return; without one the process aborts. */
void	 arena_on_failure(void (*hook)(void));

/* A zeroed struct arena is ready for use. */
void	 arena_release(struct arena *);

/* Keeps the first block for the next request. */
void	 arena_reset(struct arena *);

struct arena_mark arena_mark(const struct arena *);
void	 arena_rewind(struct arena *, struct arena_mark);

/* Aligned for any type; the bytes are not zeroed. */
void	*arena_alloc(struct arena *, size_t) __attribute__((malloc));
void	*arena_zalloc(struct arena *, size_t) __attribute__((malloc));

/* A copy of n bytes and a NUL. */
char	*arena_strndup(struct arena *, const char *, size_t n);
char	*arena_strdup(struct arena *, const char *);
char	*arena_printf(struct arena *, const char *, ...) PRINTF(2, 3);

#endif
