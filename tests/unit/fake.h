/* A request that comes from memory, in pieces of any size. */
#ifndef UNIT_FAKE_H
#define UNIT_FAKE_H

#include "http/io.h"

struct fake {
	struct io	 io;
	const char	*const *env;	/* "NAME=value", ends in NULL */
	const char	*in;
	size_t		 len;
	size_t		 piece;		/* most bytes of one read */
	bool		 broken;	/* reads fail at the end */
	bool		 late;		/* nothing comes at the end */
	unsigned	 takes;		/* milliseconds of each read */
	int		 waited;	/* the time that a read was given */
	char		 out[65536];
	size_t		 out_len;
	bool		 gone;		/* writes fail */
};

void	 fake_init(struct fake *, const char *const *env, const char *in,
	    size_t len, size_t piece);

#endif
