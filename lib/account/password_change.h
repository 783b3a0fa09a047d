/*
 * Changing one's own password.  An admin sets another user's with
 * user_update(); hashing is in access/password.h.
 */
#ifndef ACCOUNT_PASSWORD_CHANGE_H
#define ACCOUNT_PASSWORD_CHANGE_H

#include "http/req.h"
#include "http/resp.h"

/*
 * Change the caller's password and end their other sessions: 200 with how many
 * API keys they still have.  400 for an invalid new password, 403 for a wrong
 * old one, 409 if the user has none, 429 after too many failures.
 */
int	 password_change(struct req *, struct resp *, const char *old,
	    const char *new, struct err *);

/*
 * Add the members message and api_keys_remaining to the body of the response,
 * which is one JSON object.  message is written as it is: it must not need
 * escapes.
 */
void	 password_report(struct resp *, const char *message, int64_t api_keys);

#endif
