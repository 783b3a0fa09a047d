/*
 * The comparison of one Stripe account with the database, for cerberus
 * reconcile: its steps, and the functions of reconcile.c that print what was
 * done.
 */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include <json-c/json.h>
#include <stdbool.h>
#include <time.h>

#include "core/buf.h"
#include "core/cfg.h"
#include "db/db.h"

/* What was done with an intent; the usage text explains each. */
enum outcome {
	SAME, MENDED, LINKED, CREATED, FOREIGN, UNLISTED, WAITING, OUTCOME__MAX
};

struct run {
	struct cfg	 cfg;
	struct db	 db;
	struct arena	 arena;		/* reset after each object */
	time_t		 asked;		/* --since; 0: since the last run */
	bool		 quiet;
	bool		 terminal;	/* standard error is one */
	bool		 headed;	/* the table's head is printed */
	size_t		 seen;		/* intents so far */
	size_t		 count[OUTCOME__MAX];
	size_t		 people;	/* rows that need a person */

	/* The account at hand. */
	const struct cfg_stripe	*keys;
	time_t		 began;
	time_t		 since;		/* older objects are not compared */
	struct buf	 ids;		/* intents, as {"pi_1","pi_2"} */
	time_t		 listed;	/* when Stripe was asked for the
					 * objects at hand */
	int64_t		 payout;	/* whose movements are stored; or 0 */
};

/* Print one row of the table; donation may be "". */
void	 run_row(struct run *, const char *donation, const char *id,
	    enum outcome, const char *before, const char *after);

/* Show the progress of the run. */
void	 run_progress(struct run *);

/* Note what Cerberus did not make, and report it if money has moved. */
int	 sweep_stray(struct run *, struct json_object *, struct err *) MUST_USE;

/*
 * Call fetch() with each id that a statement returns.  Its n parameters are the
 * account, and the second in which the run began.
 */
int	 sweep_each_open(struct run *, const char *sql, size_t n,
	    int (*fetch)(struct run *, const char *id, struct err *),
	    struct err *) MUST_USE;

/*
 * Compare the subscriptions of the account: those that were made since the last
 * complete run, all that have not ended, and those that were open here.
 */
int	 sweep_subscriptions(struct run *, struct err *) MUST_USE;

/*
 * Compare the account of r->keys with Stripe.  Each object is one transaction,
 * so a failure leaves nothing half done; the next run begins where the last
 * complete one did.
 */
int	 sweep_account(struct run *, struct err *) MUST_USE;

#endif
