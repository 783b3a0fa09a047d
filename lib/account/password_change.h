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
 * Add to the response, whose body is one JSON object, what a new password has
 * changed: message, a sentence without characters that JSON escapes, and
 * api_keys_remaining, the number of the user's API keys that still work.
 */
void	 password_add_result(struct resp *, const char *message,
	    int64_t api_keys);

#endif
