/*
 * One-time codes by time (RFC 6238): SHA-1, 30 seconds, six digits, as
 * authenticator apps make them; and recovery codes for when the app is gone.
 */
#ifndef ACCESS_TOTP_H
#define ACCESS_TOTP_H

#include "core/base.h"

#define TOTP_SECRET	20	/* bytes: the length of SHA-1's output */
#define TOTP_PERIOD	30	/* seconds of a step */
#define TOTP_BASE32	33	/* room for a secret as text, with its NUL */
#define TOTP_RECOVERY	10	/* recovery codes of a user */
#define TOTP_RECOVERY_TEXT	20	/* "abcd-efgh-jkmn-pqrs" and its NUL */
#define TOTP_HASH	(2 + 64 + 1)	/* "\x", hexadecimal, NUL */

/* A new secret; false when there are no random bytes. */
bool	 totp_secret(unsigned char out[TOTP_SECRET]);

/* A secret as apps read it: RFC 4648 base32, upper case, no padding. */
void	 totp_base32(const unsigned char *, size_t n, char *out);

/* The code of a step: RFC 4226 section 5.3. */
uint32_t totp_code(const unsigned char *secret, size_t n, uint64_t step,
	    unsigned digits);

/*
 * The step to which a code of six digits belongs, the one of this time or one
 * beside it; -1 for none.
 */
int64_t	 totp_step(const unsigned char *secret, size_t n, const char *code,
	    int64_t now);

/* A new recovery code of 80 random bits. */
bool	 totp_recovery(char out[TOTP_RECOVERY_TEXT]);

/*
 * The hash by which a recovery code is stored, as PostgreSQL reads a bytea; case,
 * hyphens and spaces do not matter.  False for what cannot be one.
 */
bool	 totp_recovery_hash(const char *code, char out[TOTP_HASH]);

#endif
