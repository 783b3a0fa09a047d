/*
 * An arena: memory that is freed as a whole, usually at the end of a request.
 * Nothing allocated from it is freed individually; arena_reset() frees all of
 * it, arena_rewind() everything allocated since a mark.
 *
 * Allocation never returns NULL.  When memory runs out, the hook installed with
 * arena_on_failure() ends the process, so callers need no check.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include "base.h"

struct arena_block;

struct arena {
	struct arena_block	*first;
	struct arena_block	*current;
};

/* A position in an arena, for arena_rewind(). */
struct arena_mark {
	struct arena_block	*block;
	size_t			 used;
};

/*
 * Install the function that is called when memory runs out, for all arenas of
 * the process.  It must not return.  Without a hook the process aborts.
 */
void	 arena_on_failure(void (*hook)(void));

/*
 * Free everything.  A struct arena needs no initialisation beyond zeroing, and
 * can be used again after its release.
 */
void	 arena_release(struct arena *);

/*
 * Free everything except the first block, which the next request reuses.  An
 * oversized first block is freed too.
 */
void	 arena_reset(struct arena *);

/*
 * Return the current position.  arena_rewind() frees everything that was
 * allocated since.
 */
struct arena_mark arena_mark(const struct arena *);
void	 arena_rewind(struct arena *, struct arena_mark);

/*
 * Allocate n bytes, aligned for any type.  arena_alloc() leaves them
 * uninitialised, arena_zalloc() sets them to zero.
 */
void	*arena_alloc(struct arena *, size_t n) __attribute__((malloc));
void	*arena_zalloc(struct arena *, size_t n) __attribute__((malloc));

/*
 * Copy a string, or exactly n bytes of one followed by a NUL; print into a new
 * string of the necessary length.
 */
char	*arena_strndup(struct arena *, const char *, size_t n);
char	*arena_strdup(struct arena *, const char *);
char	*arena_printf(struct arena *, const char *fmt, ...) PRINTF(2, 3);

#endif
