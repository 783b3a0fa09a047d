/* Stripe's events: stored once, applied in the same transaction. */
#ifndef STRIPE_EVENT_H
#define STRIPE_EVENT_H

#include "db/db.h"

/*
 * True for n bytes that are an event: a JSON object with the texts id and type
 * and the object data.object.  Otherwise e says what is wrong.
 */
bool	 event_valid(const char *, size_t n, struct err *);

/*
 * Stores and applies an event whose signature was good; account says by whose
 * secret.  *outcome, in the arena, is applied, seen, waiting or ignored.  -1
 * when it was not stored: Stripe has to send it again.
 */
int	 event_store(struct db *, struct arena *, int64_t account,
	    const char *payload, const char **outcome, struct err *) MUST_USE;

#endif
