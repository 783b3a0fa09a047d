/*
 * Refunds: a line of the donation's ledger first, then Stripe, then the line
 * again with what Stripe said.
 */
#ifndef MONEY_REFUND_H
#define MONEY_REFUND_H

#include "http/req.h"

/*
 * A manager's wish to give money back, as Stripe needs it; its texts are the
 * request's.
 */
struct refund {
	const char	*ledger_id;
	const char	*donation_id;
	const char	*intent;
	const char	*amount;
	const char	*reason;	/* or NULL */
	const char	*key;		/* idempotency */
	int64_t		 account;
};

/* Reads {"amount", "reason"}, both optional, and writes the request down. */
int	 refund_begin(struct req *, int64_t donation_id, struct refund *,
	    struct err *) MUST_USE;

/* refund: Stripe's object as JSON. */
int	 refund_finish(struct req *, const struct refund *, const char *refund,
	    struct err *) MUST_USE;

/* Stripe refused it for good. */
void	 refund_refused(struct req *, const struct refund *, const char *code,
	    const char *message);

#endif
