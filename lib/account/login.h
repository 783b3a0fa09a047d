/*
 * Sign in with a name, a password and, if the user has one, a second factor.
 * session.h lists and ends sessions.
 */
#ifndef ACCOUNT_LOGIN_H
#define ACCOUNT_LOGIN_H

#include "http/req.h"
#include "http/resp.h"

/*
 * Sign in: 200 with the token of a new session, in a cookie if the caller is a
 * browser.  code is that of the second factor, or NULL.
 *
 * 401 invalid_credentials for a wrong password and for an unknown name, which
 * take the same time; 401 totp_required if the code is missing or wrong; 429
 * after too many failures.
 */
int	 login_by_password(struct req *, struct resp *, const char *name,
	    const char *password, const char *code, bool browser,
	    struct err *);

#endif
