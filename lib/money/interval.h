/* How often a donation is repeated. */
#ifndef MONEY_INTERVAL_H
#define MONEY_INTERVAL_H

#include "donation.h"

/*
 * Set the interval of a donation to begin: month, unless it says otherwise, or
 * none if the donation is not repeated.  400 for another interval.
 */
int	 interval_check(struct rec *, struct err *) MUST_USE;

/* "Monthly donation": what donors read at Stripe. */
const char *interval_name(const struct donation *);

/*
 * Return the parameter of Stripe's that says how often a price is charged.  The
 * caller frees it.
 */
struct json_object *interval_period(const struct donation *);

#endif
