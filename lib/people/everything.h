/* Everything stored about a person, to answer a subject access request. */
#ifndef PEOPLE_EVERYTHING_H
#define PEOPLE_EVERYTHING_H

#include "http/req.h"
#include "http/resp.h"

/*
 * GET /voters/:id/everything: 200 with the voter, their campaigns,
 * interactions, survey responses, consents, donations and merges, the opt-outs
 * of their addresses and numbers, and the recorded changes of the voter; each
 * as far as the caller may see it.  404 if they cannot see the voter.
 */
int	 everything_get(struct req *, struct resp *, struct err *);

#endif
