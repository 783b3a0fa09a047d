/*
 * A source that can be read again: what is read is also written to a nameless
 * temporary file.  If that file cannot be written, the source can still be read
 * once.
 */
#ifndef IMPORT_COPY_H
#define IMPORT_COPY_H

#include "decode.h"

struct copy {
	struct source	 source;	/* to be read */
	struct source	*from;
	int		 fd;		/* -1: there is no copy */
	bool		 again;		/* read the copy instead of from */
};

/* Start a copy of a source, which must outlive it. */
void	 copy_init(struct copy *, struct source *from);
void	 copy_release(struct copy *);

#endif
