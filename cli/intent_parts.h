/*
 * The parts of a payment intent that cerberus reconcile fetches beside it.
 */
#ifndef CLI_INTENT_PARTS_H
#define CLI_INTENT_PARTS_H

#include "sweep_run.h"

struct json_object;

/*
 * Complete the refunds of the intent's charge, of which Stripe expands ten.
 * Errors are those of stripe_each().
 */
int	 complete_refunds(struct run *, struct json_object *intent,
	    struct err *) MUST_USE;

/*
 * Fetch the disputes of an intent, as a JSON array in the arena.  Stripe is
 * only called if the intent's charge is marked as disputed.
 */
int	 fetch_disputes(struct run *, struct json_object *intent,
	    const char **out, struct err *) MUST_USE;

#endif
