/*
 * The second factor: set it up, check a code, remove it.  access/totp.h
 * computes the codes.  The database accepts each code only once.
 */
#ifndef ACCOUNT_SECOND_FACTOR_H
#define ACCOUNT_SECOND_FACTOR_H

#include "db/db.h"
#include "http/req.h"
#include "http/resp.h"

/* A code in the form that the database checks.  At most one member is set. */
struct totp_given {
	const char	*step;	/* time step of a correct code, a number */
	const char	*hash;	/* hash of a recovery code, not checked yet */
};

/*
 * Check a code, which may be NULL, of one user.  The first row of user has the
 * columns user_id and secret; secret is encrypted, and null if the user has no
 * second factor.  A wrong code is not an error: it leaves both members of
 * struct totp_given NULL.  Return 0, or -1 (500).
 */
int	 totp_check(struct req *, const struct rows *user, const char *code,
	    struct totp_given *, struct err *) MUST_USE;

/*
 * The endpoints.  Each is 503 without [cerberus] secret_key, 401 for a token
 * that is not valid, 403 for a wrong password or code, and 429 after too many
 * failures.
 */

/*
 * 200 {secret, otpauth_url}: a new secret, which takes effect with
 * totp_confirm().  409 if the user has a second factor.
 */
int	 totp_begin(struct req *, struct resp *, const char *password,
	    struct err *);

/* 200 {recovery_codes}, which are shown once.  409 without totp_begin(). */
int	 totp_confirm(struct req *, struct resp *, const char *code,
	    struct err *);

/* 200; 404 if the user has no second factor. */
int	 totp_end(struct req *, struct resp *, const char *password,
	    const char *code, struct err *);

#endif
