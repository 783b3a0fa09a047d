/* Links by which users set their password: good once, for 72 hours. */
#ifndef MODEL_INVITATION_H
#define MODEL_INVITATION_H

#include "http/req.h"
#include "http/resp.h"

/*
 * 201 with the link and its token, which nobody will be shown again; an earlier
 * one of that user is worth nothing any more.  url is null without [cerberus]
 * site_url.
 */
int	 invitation_create(struct req *, struct resp *, int64_t user,
	    struct err *);

/*
 * Sets the password of the token's user and ends all their sessions; 404 for a
 * token that is not good, or not any more.
 */
int	 invitation_redeem(struct req *, struct resp *, const char *token,
	    const char *password, struct err *);

#endif
