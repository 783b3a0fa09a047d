/* The step of cerberus reconcile for the balance and the payouts. */
#ifndef CLI_SWEEP_PAYOUTS_H
#define CLI_SWEEP_PAYOUTS_H

#include "sweep_run.h"

/*
 * Store the movements of the balance and the payouts that are new, and those
 * that are open here; reconcile the intents of movements that the ledger does
 * not have.
 */
int	 sweep_payouts(struct run *, struct err *) MUST_USE;

#endif
