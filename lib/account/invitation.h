/*
 * Invitations: links by which users set their password.  A link works once,
 * within 72 hours.
 */
#ifndef ACCOUNT_INVITATION_H
#define ACCOUNT_INVITATION_H

#include "http/req.h"
#include "http/resp.h"

/*
 * Create an invitation for a user and invalidate the user's earlier one: 201
 * with its token and its link, which are shown only once.  The link is null
 * without [cerberus] site_url.  404 for an unknown user.
 */
int	 invitation_create(struct req *, struct resp *, int64_t user,
	    struct err *);

/*
 * Set the password of the invited user and end all their sessions: 200 with how
 * many API keys they still have.  404 for a token that is not, or no longer,
 * valid; 400 for an invalid password.
 */
int	 invitation_redeem(struct req *, struct resp *, const char *token,
	    const char *password, struct err *);

#endif
