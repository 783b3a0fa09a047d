/*
 * Time-based one-time passwords (TOTP, RFC 6238) as authenticator apps compute
 * them: SHA-1, 30 seconds, six digits.  Also recovery codes, for users who lost
 * the app.  The database ensures that each code is accepted only once.
 */
#ifndef ACCESS_TOTP_H
#define ACCESS_TOTP_H

#include "core/base.h"

#define TOTP_SECRET	20	/* bytes: the length of SHA-1's output */
#define TOTP_PERIOD	30	/* seconds of a time step */
#define TOTP_BASE32	33	/* bytes of a secret in base32, with its NUL */
#define TOTP_RECOVERY	10	/* recovery codes of a user */
#define TOTP_RECOVERY_TEXT	20	/* "abcd-efgh-jkmn-pqrs" and its NUL */
#define TOTP_HASH	(2 + 64 + 1)	/* "\x", hexadecimal digits, NUL */

/* Write a random secret.  Return false if there are no random bytes. */
bool	 totp_secret(unsigned char out[TOTP_SECRET]);

/*
 * Write n bytes in the base32 that apps read (RFC 4648, upper case, without
 * padding) and a NUL.  out has room for ceil(n * 8 / 5) + 1 bytes.
 */
void	 totp_base32(const unsigned char *, size_t n, char *out);

/*
 * Return the code of a time step (RFC 4226 section 5.3), or UINT32_MAX if
 * OpenSSL fails.
 */
uint32_t totp_code(const unsigned char *secret, size_t n, uint64_t step,
	    unsigned digits);

/*
 * Return the time step of a six-digit code: the current one, the one before it
 * or the one after it; -1 if the code belongs to none of them.  now is in
 * seconds since 1970.
 */
int64_t	 totp_step(const unsigned char *secret, size_t n, const char *code,
	    int64_t now);

/*
 * Write a recovery code of 80 random bits.  Return false if there are no random
 * bytes.
 */
bool	 totp_recovery(char out[TOTP_RECOVERY_TEXT]);

/*
 * Write the hash of a recovery code as PostgreSQL reads a bytea; case, hyphens
 * and spaces are ignored.  Return false if the text cannot be a recovery code.
 */
bool	 totp_recovery_hash(const char *code, char out[TOTP_HASH]);

#endif
