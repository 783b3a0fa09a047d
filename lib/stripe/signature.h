/*
 * The header Stripe-Signature: "t=1700000000,v1=<hex>,v1=<hex>,v0=...".  t is a
 * Unix time.  v1 is HMAC-SHA256 of "<t>.<body>" with the endpoint's secret.
 */
#ifndef STRIPE_SIGNATURE_H
#define STRIPE_SIGNATURE_H

#include "core/cfg.h"

#define SIGNATURE_TOLERANCE	300	/* seconds */

enum signature {
	SIGNATURE_GOOD,
	SIGNATURE_MISSING,	/* no header, or a malformed one */
	SIGNATURE_WRONG,	/* no v1 was made with any of the secrets */
	SIGNATURE_OLD,		/* correct, but t is too far from now */
};

/*
 * Verify the n bytes of a body exactly as they were received.  header may be
 * NULL.  One v1 that matches one of the secrets is enough.  The comparison
 * takes constant time.
 */
enum signature signature_check(const char *header, const void *body, size_t n,
	    const struct cfg_list *secrets, time_t now);

#endif
