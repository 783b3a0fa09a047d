/*
 * Which attempts to donate are accepted: the limit of each campaign and hour,
 * and the challenge that lets a donor pass it.
 */
#ifndef MONEY_ADMISSION_H
#define MONEY_ADMISSION_H

#include "http/req.h"

/*
 * Find the response to a challenge in the body, under the names that the known
 * services use.  *out is NULL if there is none.  400 if it is not a text, or
 * too long.
 */
int	 admission_response(struct req *, const char **out, struct err *)
	    MUST_USE;

/*
 * Count one attempt to donate to the campaign.  429 if there were too many
 * within the hour; challenge tells the page that a challenge would let the
 * donor pass.
 */
int	 admission_count(struct req *, const char *campaign, bool challenge,
	    struct err *) MUST_USE;

#endif
