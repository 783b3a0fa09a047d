/*
 * A struct io without a web server: the request's variables and body come from
 * memory, and the response goes there.
 */
#ifndef UNIT_FAKE_H
#define UNIT_FAKE_H

#include "http/io.h"

struct fake {
	struct io	 io;
	const char	*const *env;	/* "NAME=value"..., NULL; or NULL */
	const char	*in;		/* unread part of the body */
	size_t		 len;
	size_t		 piece;		/* most bytes of one read */
	bool		 broken;	/* reads fail at the end */
	bool		 late;		/* nothing comes at the end */
	unsigned	 takes;		/* milliseconds of each read */
	int		 waited;	/* the time that a read was given */
	char		 out[65536];
	size_t		 out_len;
	bool		 gone;		/* the client hung up: writes fail */
};

/*
 * Start a request.  The len bytes at in are handed out piece bytes at a time;
 * env may be NULL.  Both must outlive the fake.
 */
void	 fake_init(struct fake *, const char *const *env, const char *in,
	    size_t len, size_t piece);

#endif
