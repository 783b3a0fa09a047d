/*
 * Passwords: what a new one must look like, and their Argon2id hashes (RFC
 * 9106).  Who may sign in is decided by the database.
 *
 * users.password_hash holds a PHC string whose last part is hashed once more:
 *
 *	$argon2id$v=19$m=19456,t=2,p=1$<salt>$<SHA-256 of Argon2's output>
 *
 * The database returns the PHC string without that last part.  From it and the
 * password follows Argon2's output, the verifier, which the database compares
 * by its SHA-256.  So whoever reads the table, or a backup of it, can neither
 * sign in with what they found nor use it in place of the password.
 */
#ifndef ACCESS_PASSWORD_H
#define ACCESS_PASSWORD_H

#include "core/err.h"

#define PASSWORD_MIN	10	/* characters */
#define PASSWORD_MAX	1024	/* bytes */
#define PASSWORD_HASH	256	/* bytes of a hash, with its NUL */
#define PASSWORD_VERIFIER (2 + 64 + 1)	/* "\x", hexadecimal digits, NUL */

/*
 * Check the length and the encoding of a new password of n bytes.  Return 0, or
 * -1 and an error of the field name (400).
 */
int	 password_check(const char *name, const char *password, size_t n,
	    struct err *) MUST_USE;

/*
 * Write the hash of a new password of n bytes, with a random salt, for
 * users.password_hash.  Return 0, or -1 (500).
 */
int	 password_hash(const char *password, size_t n, char out[PASSWORD_HASH],
	    struct err *) MUST_USE;

/*
 * Compute the verifier of a password of n bytes, as PostgreSQL reads a bytea.
 * phc is the PHC string without its hash.  NULL, for a user who does not exist
 * or has no password, costs as much time, and the verifier matches nothing.
 * Return 0, or -1 (500).  The caller clears out with OPENSSL_cleanse().
 */
int	 password_verifier(const char *phc, const char *password, size_t n,
	    char out[PASSWORD_VERIFIER], struct err *) MUST_USE;

/*
 * Return true if a PHC string has weaker parameters than those of new hashes.
 */
bool	 password_outdated(const char *phc);

#endif
