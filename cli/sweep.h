/* The comparison of one Stripe account with the database. */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include "sweep_run.h"

/*
 * Compare the account of r->keys with Stripe.  Each object is one transaction,
 * so a failure leaves nothing half done; the next run begins where the last
 * complete one did.
 */
int	 sweep_account(struct run *, struct err *) MUST_USE;

#endif
