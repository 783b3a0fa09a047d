/*
 * Sealing what the database keeps and must not be able to read: AES-256-GCM, a
 * random nonce before the text and the tag behind it.
 */
#ifndef ACCESS_SEAL_H
#define ACCESS_SEAL_H

#include "core/arena.h"

#define SEAL_KEY	32
#define SEAL_EXTRA	(12 + 16)	/* bytes that a sealed text is longer */

/* The key that follows from a text, such as a purpose and a secret. */
void	 seal_key(const char *text, unsigned char key[SEAL_KEY]);

/* n + SEAL_EXTRA bytes in the arena; NULL when the library fails. */
unsigned char *seal(struct arena *, const unsigned char key[SEAL_KEY],
	    const char *, size_t n) MUST_USE;

/*
 * The text in the arena, with a NUL behind it, and its length; NULL for what was
 * sealed with another key, or changed.
 */
char	*unseal(struct arena *, const unsigned char key[SEAL_KEY],
	    const unsigned char *, size_t n, size_t *len) MUST_USE;

#endif
