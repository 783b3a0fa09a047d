/*
 * Refunds.  An entry of the donation's ledger is inserted first, then Stripe is
 * called, then the entry is updated with Stripe's answer.
 */
#ifndef MONEY_REFUND_H
#define MONEY_REFUND_H

#include "http/req.h"

/* A refund whose call to Stripe is pending.  The request owns the texts. */
struct refund {
	const char	*ledger_id;
	const char	*donation_id;
	const char	*intent;	/* payment_intent_id */
	const char	*amount;	/* minor units */
	const char	*reason;	/* Stripe's word, or NULL */
	const char	*key;		/* Idempotency-Key for Stripe */
	int64_t		 account;	/* campaign with the keys; 0: default */
};

/*
 * Read the body, {"amount", "reason"}, both optional, insert the refund as
 * requested and fill *f.
 *
 * 400 for a bad body or more than can still be refunded, 403 unless the
 * caller manages the campaign, 404 if they cannot see the donation, 409 if
 * nothing can be refunded or the outcome of another refund is not yet known.
 */
int	 refund_begin(struct req *, int64_t donation_id, struct refund *,
	    struct err *) MUST_USE;

/* Store Stripe's answer; refund is its refund object as JSON. */
int	 refund_finish(struct req *, const struct refund *, const char *refund,
	    struct err *) MUST_USE;

/*
 * Store that Stripe refused the refund, with Stripe's error code and message.
 * A failure of the database is ignored.
 */
void	 refund_set_refused(struct req *, const struct refund *,
	    const char *code, const char *message);

#endif
