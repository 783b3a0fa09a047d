/* What the public forms show of a campaign. */
#ifndef CAMPAIGN_PUBLIC_H
#define CAMPAIGN_PUBLIC_H

#include "http/req.h"
#include "http/resp.h"

/*
 * GET /:id/public: 200 with the campaign's name, who pays for its pages, the
 * pages to which its forms redirect, and the limits of a donation; nothing
 * else.  404 if there is no such campaign.
 */
int	 campaign_public(struct req *, struct resp *, struct err *);

#endif
