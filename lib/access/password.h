/*
 * Passwords.  users.password_hash holds
 *
 *	$argon2id$v=19$m=19456,t=2,p=1$<salt>$<SHA-256 of Argon2's output>
 *
 * The database hands out all but the last part, its "way".  Walking it with
 * the right password gives the proof, which the database compares by its
 * SHA-256.  So what can be read, a backup too, neither signs anybody in nor
 * stands in for the password.
 */
#ifndef ACCESS_PASSWORD_H
#define ACCESS_PASSWORD_H

#include "core/err.h"

#define PASSWORD_MIN	10	/* characters */
#define PASSWORD_MAX	1024	/* bytes */
#define PASSWORD_HASH	256	/* room for a hash and its NUL */
#define PASSWORD_PROOF	(2 + 64 + 1)	/* "\x", hexadecimal, NUL */

/* Adds to e, under name, why a new password is not good enough; -1 then. */
int	 password_check(const char *name, const char *password, size_t n,
	    struct err *) MUST_USE;

/* The hash of a new password, with a salt of its own. */
int	 password_hash(const char *password, size_t n, char out[PASSWORD_HASH],
	    struct err *) MUST_USE;

/*
 * What the way makes of a password.  A NULL way, as for a name that nobody
 * has, takes as long and proves nothing.
 */
int	 password_proof(const char *way, const char *password, size_t n,
	    char out[PASSWORD_PROOF], struct err *) MUST_USE;

/* True when a way is weaker than that of new hashes. */
bool	 password_outdated(const char *way);

#endif
