/*
 * Passwords: the rules for new ones, and their Argon2id hashes (RFC 9106).  The
 * database decides who may sign in.
 *
 * users.password_hash holds a PHC string whose last part is hashed once more:
 *
 *	$argon2id$v=19$m=19456,t=2,p=1$<salt>$<SHA-256 of Argon2's output>
 *
 * To check a password, the database returns the PHC string without that last
 * part.  The program computes Argon2's output, the verifier, and sends it.  The
 * database hashes the verifier with SHA-256 and compares the result with the
 * last part.  A reader of the table, or of a backup, therefore has neither the
 * password nor the verifier, and cannot sign in.
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
 * Compute the verifier of a password of n bytes, in PostgreSQL's bytea syntax.
 * phc is the PHC string without its hash.  It is NULL for a user who does not
 * exist or has no password: that takes the same time, and the verifier matches
 * nothing.  Return 0, or -1 (500).  The caller clears out with
 * OPENSSL_cleanse().
 */
int	 password_verifier(const char *phc, const char *password, size_t n,
	    char out[PASSWORD_VERIFIER], struct err *) MUST_USE;

/*
 * Return true if a PHC string has weaker parameters than those of new hashes.
 */
bool	 password_outdated(const char *phc);

#endif
