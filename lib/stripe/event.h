/* Stripe's events, which the webhook receives. */
#ifndef STRIPE_EVENT_H
#define STRIPE_EVENT_H

#include "db/db.h"

/*
 * Check that n bytes, followed by a NUL, are an event: a JSON object with the
 * texts id and type and, unless it is a thin event, the object data.object.
 * Return false and fill e (400) if they are not.
 */
bool	 event_valid(const char *payload, size_t n, struct err *e);

/*
 * Store an event, whose signature the caller has verified, and apply it, in one
 * transaction.  account is the campaign whose webhook secret signed it, or 0
 * for the default secret; campaign is the one in the webhook's URL, or 0.
 *
 * *outcome, which lives until db_forget(), is "applied"; "seen" if the event
 * was stored before; "waiting" if its donation does not exist yet; or
 * "ignored".  Return -1 if the event was not stored: 404 if there is no such
 * campaign, 400 if a value cannot be stored, else a 5xx.  In each case Stripe
 * sends the event again.
 */
int	 event_store(struct db *, struct arena *, int64_t account,
	    int64_t campaign, const char *payload, const char **outcome,
	    struct err *) MUST_USE;

#endif
