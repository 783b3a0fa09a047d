/*
 * A client for Stripe's API.  No other part of the library uses libcurl.
 *
 * A call is repeated after a broken connection and after 409, 429 and 5xx,
 * with the same idempotency key each time, until stripe_retries or
 * stripe_total_ms of the configuration is reached.  Stripe-Should-Retry
 * overrides this choice, and Retry-After can lengthen the pause.
 */
#ifndef STRIPE_API_H
#define STRIPE_API_H

#include <json-c/json.h>

#include "core/cfg.h"

#define STRIPE_VERSION	"2024-06-20"	/* version of the API to be used */

/* Stripe's reason for an ERR_CARD; its message is in struct err. */
struct stripe_refusal {
	char	 code[100];	/* such as "card_declined"; "": no refusal */
};

/*
 * POST to a path such as "/v1/refunds".  The members of form are urlencoded,
 * nested ones as a[b][c].  key is the Idempotency-Key; NULL sends none.
 *
 * Return 0 if Stripe answered 200 with a JSON object; the caller owns *out and
 * frees it with json_object_put().  Otherwise return -1 with one of these:
 *
 * ERR_CARD		Stripe refused the card or the values; the message is
 *			Stripe's, and the refusal holds its code
 * ERR_UPSTREAM		Stripe was not reached, or answered something else; it
 *			is unknown whether the call had an effect
 * ERR_UNAVAILABLE	keys has no secret key
 * ERR_INTERNAL		the form is too long
 */
int	 stripe_post(const struct cfg *, const struct cfg_stripe *keys,
	    const char *path, struct json_object *form, const char *key,
	    struct json_object **out, struct stripe_refusal *, struct err *)
	    MUST_USE;

/* DELETE, likewise, without a key: what was deleted is a refusal. */
int	 stripe_delete(const struct cfg *, const struct cfg_stripe *keys,
	    const char *path, struct json_object **out,
	    struct stripe_refusal *, struct err *) MUST_USE;

/*
 * GET, likewise.  query is encoded as a form is; NULL: no query.  An object
 * that Stripe does not have is an ERR_NOT_FOUND.
 */
int	 stripe_get(const struct cfg *, const struct cfg_stripe *keys,
	    const char *path, struct json_object *query,
	    struct json_object **out, struct err *) MUST_USE;

/*
 * POST a form to another service than Stripe, without credentials, once.
 * Return 0 if it answered 200 with a JSON object, as stripe_post() does, and
 * otherwise -1.
 */
int	 foreign_post(const struct cfg *, const char *url, int64_t total_ms,
	    struct json_object *form, struct json_object **out, struct err *)
	    MUST_USE;

/*
 * Return the text of a member, or NULL if it is missing or not a text.  The
 * object owns the result.
 */
const char *stripe_text(struct json_object *, const char *key);

#endif
