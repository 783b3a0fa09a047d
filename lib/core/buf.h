/*
 * A growing string with a limit.  Appending past the limit, or without memory,
 * sets failed and leaves the contents as they were; later appends do nothing, so
 * that one look at the end is enough.  data is NUL-terminated once anything was
 * appended.
 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include "base.h"

struct buf {
	char	*data;
	size_t	 len;
	size_t	 cap;
	size_t	 max;		/* bytes that len may reach */
	bool	 failed;
};

void	 buf_init(struct buf *, size_t max);
void	 buf_release(struct buf *);

/* Empties it for another use; memory beyond keep bytes is given back. */
void	 buf_clear(struct buf *, size_t keep);

/* Room for n bytes at the end, not yet part of the string; NULL on failure. */
char	*buf_reserve(struct buf *, size_t n);

void	 buf_add(struct buf *, const void *, size_t);
void	 buf_adds(struct buf *, const char *);
void	 buf_addc(struct buf *, char);
void	 buf_addf(struct buf *, const char *, ...) PRINTF(2, 3);

/* The contents, never NULL. */
const char *buf_str(const struct buf *);

#endif
