/* The step of cerberus reconcile for subscriptions. */
#ifndef CLI_SWEEP_SUBSCRIPTIONS_H
#define CLI_SWEEP_SUBSCRIPTIONS_H

#include "sweep_run.h"

/*
 * Compare the subscriptions of the account: those that were made since the last
 * complete run, all that have not ended, and those that were open here.
 */
int	 sweep_subscriptions(struct run *, struct err *) MUST_USE;

#endif
