/*
 * Encryption of what the database stores but must not be able to read:
 * AES-256-GCM (NIST SP 800-38D).  A sealed text is a random nonce, the
 * ciphertext and the authentication tag, in this order.
 */
#ifndef ACCESS_SEAL_H
#define ACCESS_SEAL_H

#include "core/arena.h"

#define SEAL_KEY	32		/* bytes of a key */
#define SEAL_EXTRA	(12 + 16)	/* bytes of nonce and tag */

/*
 * Derive a key from a text that contains a secret and names the purpose.  The
 * caller clears the key with OPENSSL_cleanse().
 */
void	 seal_key(const char *text, unsigned char key[SEAL_KEY]);

/*
 * Encrypt n bytes.  Return n + SEAL_EXTRA bytes in the arena, or NULL if
 * OpenSSL fails.
 */
unsigned char *seal(struct arena *, const unsigned char key[SEAL_KEY],
	    const char *, size_t n) MUST_USE;

/*
 * Decrypt n bytes.  Return the text in the arena, followed by a NUL, and its
 * length in *len; or NULL if it was sealed with another key or was changed.
 */
char	*unseal(struct arena *, const unsigned char key[SEAL_KEY],
	    const unsigned char *, size_t n, size_t *len) MUST_USE;

#endif
