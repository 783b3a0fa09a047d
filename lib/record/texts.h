/* Sets of texts, such as tags, as PostgreSQL reads an array of them. */
#ifndef RECORD_TEXTS_H
#define RECORD_TEXTS_H

#include "core/buf.h"
#include "field.h"

struct json_object;

struct texts {
	const struct field	*field;
	struct arena		*arena;
	struct buf		 b;
	struct json_object	*seen;		/* its keys: what b holds */
};

/* max: bytes that the array may take. */
void	 texts_init(struct texts *, const struct field *, struct arena *,
	    size_t max);

/*
 * Checks n bytes as a text of at most the field's length and adds it at the
 * end.  A blank text, and one that is there already, are left out.
 */
int	 texts_add(struct texts *, const char *, size_t n, struct err *) MUST_USE;

/* {"a","b \"c\""} in the arena, {} without any; -1 when it is too long. */
int	 texts_end(struct texts *, const char **out, struct err *) MUST_USE;

void	 texts_release(struct texts *);

#endif
