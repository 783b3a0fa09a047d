/* The step of cerberus reconcile for payment intents. */
#ifndef CLI_SWEEP_INTENTS_H
#define CLI_SWEEP_INTENTS_H

#include "sweep_run.h"

/*
 * Compare the intents of the account that are new, whose refunds or disputes
 * are new, or that are open here.  Add their ids to r->ids.
 */
int	 sweep_intents(struct run *, struct err *) MUST_USE;

/* Fetch and reconcile one intent; report one that Stripe does not have. */
int	 sweep_intent(struct run *, const char *id, struct err *) MUST_USE;

/*
 * Reconcile the intent of a charge, refund or dispute if the ledger differs.
 * ctx is the struct run: this is a function for run_walk().
 */
int	 sweep_part(struct json_object *, void *ctx, struct err *) MUST_USE;

#endif
