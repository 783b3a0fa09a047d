/*
 * Calls to Stripe's API.  The only room that touches libcurl.
 *
 * A call is tried again on a broken connection, 409, 429 and 5xx, always with
 * the same idempotency key, until the configured time is over.  Stripe's own word
 * (Stripe-Should-Retry, Retry-After) goes before ours.
 */
#ifndef STRIPE_CLIENT_H
#define STRIPE_CLIENT_H

#include <json-c/json.h>

#include "core/cfg.h"

#define STRIPE_VERSION	"2024-06-20"	/* what our code was written for */

/* What Stripe said no with, besides the message in struct err. */
struct stripe_refusal {
	char	 code[100];	/* "card_declined"; "" without a refusal */
};

/*
 * POST with the members of form, nested ones as a[b][c]; key is the idempotency
 * key.  On success the caller owns *out: json_object_put().  ERR_CARD carries
 * Stripe's sentence, ERR_UPSTREAM means that Stripe was not reached or made no
 * sense; the outcome is unknown then.
 */
int	 stripe_post(const struct cfg *, const struct cfg_stripe *,
	    const char *path, struct json_object *form, const char *key,
	    struct json_object **out, struct stripe_refusal *, struct err *)
	    MUST_USE;

/* GET; query is encoded like a form and may be NULL. */
int	 stripe_get(const struct cfg *, const struct cfg_stripe *,
	    const char *path, struct json_object *query,
	    struct json_object **out, struct err *) MUST_USE;

/* A member's text, or NULL. */
const char *stripe_text(struct json_object *, const char *key);

#endif
