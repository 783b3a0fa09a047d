/* Payment intents of donations: what Stripe is told, and what donors get. */
#ifndef MONEY_INTENT_H
#define MONEY_INTENT_H

#include "donation.h"
#include "http/resp.h"
#include "stripe/api.h"

/*
 * Return metadata that identify the donation, also after a crash.  The caller
 * frees them.
 */
struct json_object *intent_metadata(struct req *, const struct donation *);

/*
 * Make the payment intent of a donation that is not repeated.  Errors are those
 * of stripe_post().
 */
int	 intent_make(struct req *, const struct donation *,
	    struct json_object *metadata, struct json_object **out,
	    struct stripe_refusal *, struct err *) MUST_USE;

/*
 * Check that the object is a payment intent with the donation's amount and
 * currency; otherwise 502.
 */
int	 intent_check(struct json_object *, const struct donation *,
	    struct err *) MUST_USE;

/* Answer with what the page in the browser needs. */
void	 intent_show(struct resp *, const struct donation *,
	    struct json_object *);

#endif
