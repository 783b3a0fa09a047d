/* Sets of texts, such as tags, in PostgreSQL's syntax of an array. */
#ifndef RECORD_TEXTS_H
#define RECORD_TEXTS_H

#include "core/buf.h"
#include "field.h"

struct json_object;

struct texts {
	const struct field	*field;		/* for the checks and errors */
	struct arena		*arena;
	struct buf		 b;		/* the array so far */
	struct json_object	*seen;		/* the texts in b, as keys */
};

/* Start an empty set; max is the most bytes of the array. */
void	 texts_init(struct texts *, const struct field *, struct arena *,
	    size_t max);

/*
 * Check a text of n bytes against the field's maximum length and append it.  A
 * blank text or a duplicate is ignored.  400 if the text is not valid.
 */
int	 texts_add(struct texts *, const char *, size_t n, struct err *)
	    MUST_USE;

/*
 * Set *out to the array, such as {"a","b \"c\""} or {}, in the arena.  400 if
 * it is too long.
 */
int	 texts_end(struct texts *, const char **out, struct err *) MUST_USE;

/* Free the memory; also after a failure. */
void	 texts_release(struct texts *);

#endif
