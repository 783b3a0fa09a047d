/*
 * Challenges that tell people from programs, by the protocol that hCaptcha and
 * Turnstile share: the service confirms the response that the page got.
 */
#ifndef STRIPE_CHALLENGE_H
#define STRIPE_CHALLENGE_H

#include "core/cfg.h"

#define CHALLENGE_MAX	8192	/* bytes of a response */

/*
 * Set *solved to whether the service of the configuration confirms the response
 * that a visitor with this address sent.  Return -1 if the service does not
 * answer.
 */
int	 challenge_verify(const struct cfg *, const char *response,
	    const char *remote, bool *solved, struct err *) MUST_USE;

#endif
