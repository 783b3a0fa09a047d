/*
 * What donors send about themselves and their money, by one of two bodies: the
 * one that starts a donation and the one that adds to it.
 */
#ifndef MONEY_DONOR_H
#define MONEY_DONOR_H

#include "donation.h"

/*
 * Both read any of the front ends' bodies: unknown keys are ignored,
 * billing_details and metadata fill what the top level does not say.  The record
 * is one of intent_schema or of details_schema, in the request's memory.
 */
int	 intent_read(struct req *, struct rec *, struct err *) MUST_USE;
int	 details_read(struct req *, struct rec *, struct err *) MUST_USE;

/*
 * What was said about the donor, from field first to the end, as JSON; for the
 * functions of the database.
 */
const char *donor_json(struct req *, const struct rec *, size_t first);

#endif
