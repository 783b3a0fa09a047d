/*
 * Recurring gifts: each is a subscription at Stripe, with a customer of its
 * own.  The intent of its first invoice is what the donor pays on the page of
 * the campaign; later payments arrive as events (sql/deploy/recurring.sql).
 */
#ifndef MONEY_RECURRING_H
#define MONEY_RECURRING_H

#include "donation.h"
#include "stripe/api.h"

/*
 * Make the customer, the price and the subscription of a donation that is
 * repeated.  Each call has an idempotency key derived from the donation's.
 * *out is the subscription, with its invoice and intent.  Stripe gets the
 * e-mail address, to which it writes if a later payment fails; if it refuses
 * the address, the customer has none.  Errors are those of stripe_post().
 */
int	 recurring_make(struct req *, const struct donation *,
	    struct json_object *metadata, const char *email,
	    struct json_object **out, struct stripe_refusal *, struct err *)
	    MUST_USE;

/* Return the intent of a subscription's invoice, or NULL. */
struct json_object *recurring_intent(struct json_object *subscription);

/* Store what recurring_make() has made. */
int	 recurring_set(struct req *, const struct donation *,
	    struct json_object *subscription, struct err *) MUST_USE;

#endif
