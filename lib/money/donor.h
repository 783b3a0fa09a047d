/*
 * The two bodies that donors send: one starts a donation, the other adds the
 * donor's details to it.
 */
#ifndef MONEY_DONOR_H
#define MONEY_DONOR_H

#include "donation.h"

/*
 * Parse the body into a record of intent_schema or of details_schema, in the
 * request's arena.  Both accept the bodies of all front ends: unknown keys are
 * ignored, and metadata and billing_details fill fields that the top level of
 * the body does not have.  A form has the fields of the top level.
 *
 * intent_read() also sets the currency, which defaults to usd, and checks that
 * the amount is within the currency's limits.  Return -1 with a 400 that names
 * every bad field.
 */
int	 intent_read(struct req *, struct rec *, struct err *) MUST_USE;
int	 details_read(struct req *, struct rec *, struct err *) MUST_USE;

/* Check that the configuration accepts the currency: otherwise 400. */
int	 currency_check(struct req *, const char *currency, int64_t *least,
	    struct err *) MUST_USE;

/* Check the code of an election, such as P2026; NULL is none. */
int	 election_check(const char *code, struct err *) MUST_USE;

/*
 * Return the record's fields from index first to the last as a JSON object, in
 * the request's arena: an argument of the database's donation functions.
 */
const char *donor_json(struct req *, const struct rec *, size_t first);

/*
 * Return the fields that the record was given and that clients may write as a
 * JSON object, with null for those that were cleared.
 */
const char *donor_changes(struct req *, const struct rec *);

#endif
