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
 * Splits and decodes n bytes into the arena.  400 for a percent sign without two
 * hexadecimal digits, text that is not UTF-8, NUL, or over 1,000 pairs.
 */
int	 form_parse(struct form *, struct arena *, const char *, size_t n,
	    struct err *) MUST_USE;

/* The first value of a name, or NULL. */
const struct pair *form_find(const struct form *, const char *name);

#endif
