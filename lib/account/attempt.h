/*
 * Password attempts.  Before a password is checked, the database counts the
 * attempt, returns the PHC string, and makes the caller wait after too many
 * failures.  Used to sign in, to change the password and to set up a second
 * factor.
 */
#ifndef ACCOUNT_ATTEMPT_H
#define ACCOUNT_ATTEMPT_H

#include "db/db.h"
#include "http/req.h"

/*
 * Return how many attempts may fail before the caller has to wait ([limits]
 * login_tries), as the text of a parameter in the request's arena; NULL if
 * attempts are not limited.
 */
const char *attempt_limit(struct req *);

/*
 * Run a statement that counts an attempt, and set *out to its one row.  The
 * statement returns at least two columns: phc, the PHC string for
 * password_verifier(), null if the user has no password; and wait, the seconds
 * that the caller has to wait.  Return 0, or -1: 429 with Retry-After if wait
 * is not 0.
 */
int	 attempt_begin(struct req *, const char *sql, int n,
	    const char *const *param, struct rows **out, struct err *)
	    MUST_USE;

#endif
