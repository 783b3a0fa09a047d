/*
 * Names and values: query strings and application/x-www-form-urlencoded bodies
 * (WHATWG URL, section 5).
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "core/arena.h"
#include "core/err.h"

struct pair {
	const char	*name;
	const char	*value;
	size_t		 len;		/* of value */
};

struct form {
	struct pair	*pair;
	size_t		 n;
};

/*
 * Split and decode n bytes into the arena.  400 for a percent sign without two
 * hexadecimal digits, for text that is not UTF-8 or contains NUL, and for more
 * than 1,000 pairs.
 */
int	 form_parse(struct form *, struct arena *, const char *, size_t n,
	    struct err *) MUST_USE;

/* Return the first pair of a name, or NULL. */
const struct pair *form_find(const struct form *, const char *name);

#endif
