/*
 * A growing string with a maximum length and a sticky failure flag.
 *
 * Appending beyond the maximum, or without memory, sets failed and leaves the
 * contents unchanged; every later append does nothing.  So it is enough to
 * check failed once, at the end.  data is NULL until something is appended,
 * then NUL-terminated.
 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include "arena.h"

struct buf {
	char	*data;
	size_t	 len;		/* bytes, without the NUL */
	size_t	 cap;		/* bytes allocated */
	size_t	 max;		/* largest len allowed */
	bool	 failed;
	struct arena *arena;	/* where data is, or NULL: the heap */
};

/* Start an empty buffer of at most max bytes.  Nothing is allocated yet. */
void	 buf_init(struct buf *, size_t max);

/* The same, but allocate from an arena.  Do not call buf_release() on it. */
void	 buf_init_in(struct buf *, struct arena *, size_t max);

/* Free the memory.  The buffer is empty afterwards and can be used again. */
void	 buf_release(struct buf *);

/*
 * Empty the buffer and clear failed.  The memory stays allocated, unless it is
 * more than keep bytes.
 */
void	 buf_clear(struct buf *, size_t keep);

/*
 * Make room for n bytes and return where they go; the caller writes there and
 * then adds to len.  NULL, with failed set, if there is no room.
 */
char	*buf_reserve(struct buf *, size_t n);

/* Append n bytes, a string, one character, or printf() output. */
void	 buf_add(struct buf *, const void *, size_t n);
void	 buf_adds(struct buf *, const char *);
void	 buf_addc(struct buf *, char);
void	 buf_addf(struct buf *, const char *fmt, ...) PRINTF(2, 3);

/* Return the contents: "" instead of NULL while nothing has been appended. */
const char *buf_str(const struct buf *);

#endif
