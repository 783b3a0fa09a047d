/*
 * One run of cerberus reconcile: its state, its report, and what its steps
 * share.  The steps are in sweep.h.
 */
#ifndef CLI_SWEEP_RUN_H
#define CLI_SWEEP_RUN_H

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

/* Print one row of the table; NULL is blank. */
void	 run_row(struct run *, const char *donation, const char *id,
	    enum outcome, const char *before, const char *after);

/* Print and count a row that needs a person: Stripe does not have this id. */
void	 run_unlisted(struct run *, const char *id);

/* Show the progress of the run, and remove it before other output. */
void	 run_progress(struct run *);
void	 run_clear_progress(struct run *);

/* Print the totals; with --quiet only if there was a difference. */
void	 run_summary(struct run *);

/* Return a number, or the account at hand, as a parameter, in the arena. */
const char *run_number(struct run *, int64_t);
const char *run_account(struct run *);

/* Return an object as a parameter; it belongs to the object. */
const char *run_json(struct json_object *);

/* Free the rows of a statement and what they point to. */
void	 run_forget(struct run *);

/* Run a statement of two parameters: the account and the object. */
int	 run_ask(struct run *, const char *sql, struct json_object *,
	    struct rows **, struct err *) MUST_USE;

/*
 * Call each() with the objects of a list of Stripe that were made since a time;
 * 0: all.  name and value, which may be NULL, are one more parameter of the
 * list; expand names the members to expand, and may be NULL.
 */
int	 run_walk(struct run *, const char *path, const char *name,
	    const char *value, const char *const *expand, time_t since,
	    int (*each)(struct json_object *, void *, struct err *),
	    struct err *) MUST_USE;

/*
 * Call fetch() with each id that a statement returns.  Its n parameters are the
 * account, and the second in which the run began.
 */
int	 run_each_open(struct run *, const char *sql, size_t n,
	    int (*fetch)(struct run *, const char *id, struct err *),
	    struct err *) MUST_USE;

/* Note what Cerberus did not make, and report it if money has moved. */
int	 run_stray(struct run *, struct json_object *, struct err *) MUST_USE;

#endif
