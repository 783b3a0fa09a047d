/*
 * Password attempts: what is needed to check a password, fetched from the
 * database, which counts the attempt and makes the caller wait after too many
 * failures.  Shared by signing in, by changing the password and by setting up a
 * second factor.
 */
#ifndef ACCOUNT_ATTEMPT_H
#define ACCOUNT_ATTEMPT_H

#include "db/db.h"
#include "http/req.h"

/*
 * Return the number of failed attempts without a wait, [limits] login_tries, as
 * a parameter; NULL if attempts are not limited.
 */
const char *attempt_limit(struct req *);

/*
 * Run a statement that begins an attempt, and set *out to its one row.  It has
 * the column phc, the PHC string of password_verifier() or null if the user has
 * no password, and the column wait, seconds.  Return 0, or -1: 429 with
 * Retry-After if the caller has to wait.
 */
int	 attempt_begin(struct req *, const char *sql, int n,
	    const char *const *param, struct rows **out, struct err *)
	    MUST_USE;

#endif
