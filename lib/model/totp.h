/* The second factor of signing in: setting it up, checking it, removing it. */
#ifndef MODEL_TOTP_H
#define MODEL_TOTP_H

#include "http/req.h"
#include "http/resp.h"

/* What a code that came with a sign-in is, for login_finish(). */
struct totp_given {
	const char	*coded;		/* "t" where some code was given */
	const char	*step;		/* of a code that is right, or NULL */
	const char	*hash;		/* of a recovery code, or NULL */
};

/*
 * Looks at a code, which may be NULL, with the sealed secret of a user, which is
 * NULL for a user without a second factor.
 */
int	 totp_look(struct req *, const char *user_id, const char *sealed,
	    const char *code, struct totp_given *, struct err *) MUST_USE;

/* 200 {secret, otpauth_url}; it counts once a code has confirmed it. */
int	 totp_begin(struct req *, struct resp *, const char *password,
	    struct err *);

/* 200 {recovery_codes}, which nobody will be shown again. */
int	 totp_confirm(struct req *, struct resp *, const char *code,
	    struct err *);

int	 totp_end(struct req *, struct resp *, const char *password,
	    const char *code, struct err *);

#endif
