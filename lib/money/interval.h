/* How often a donation is repeated. */
#ifndef MONEY_INTERVAL_H
#define MONEY_INTERVAL_H

#include "donation.h"

/*
 * Complete the record of a new donation: the interval of a recurring one is
 * month unless it is given, that of another donation null.  400 for an unknown
 * interval.
 */
int	 interval_check(struct rec *, struct err *) MUST_USE;

/* Return the name that donors see at Stripe, such as "Monthly donation". */
const char *interval_name(const struct donation *);

/*
 * Return Stripe's parameter "recurring", which says how often a price is
 * charged.  The caller frees it.
 */
struct json_object *interval_period(const struct donation *);

#endif
