/*
 * The header Stripe-Signature: "t=1700000000,v1=<hex>,v1=<hex>,v0=...".  v1 is
 * HMAC-SHA256 of "<t>.<body>" under the endpoint's secret.
 */
#ifndef STRIPE_SIGNATURE_H
#define STRIPE_SIGNATURE_H

#include "core/cfg.h"

#define SIGNATURE_TOLERANCE	300	/* seconds */

enum signature {
	SIGNATURE_GOOD,
	SIGNATURE_MISSING,	/* no header, or none of its form */
	SIGNATURE_WRONG,	/* no v1 is of any secret */
	SIGNATURE_OLD,		/* right, but t is not near now */
};

/*
 * Judges n bytes of body as they came; header may be NULL.  Any v1 under any of
 * the secrets will do; how long it takes tells nothing about them.
 */
enum signature signature_check(const char *header, const void *body, size_t n,
	    const struct cfg_list *secrets, time_t now);

#endif
