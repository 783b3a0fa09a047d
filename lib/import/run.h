/*
 * The import of a voter file, in one transaction.  Rows are read (reader.h),
 * made into records (transform.h) as the plan says (plan.h), and sent to the
 * staging table (stage.h), which PostgreSQL merges into voters (stage_merge.h).
 * report.h counts; progress.h tells others how far the import is.
 *
 * struct import holds the state of all stages, and the functions below run them
 * in order.  A stage uses only the arguments of its own functions.
 */
#ifndef IMPORT_RUN_H
#define IMPORT_RUN_H

#include "core/cfg.h"
#include "date_order.h"
#include "db/db.h"
#include "decode.h"
#include "history.h"
#include "option.h"
#include "plan.h"
#include "progress.h"
#include "report.h"
#include "stage.h"
#include "transform.h"

struct import {
	struct arena	*arena;
	const struct cfg *cfg;
	struct db	*db;
	struct import_options opt;	/* set before import_open() */
	struct layout	 layout;
	struct plan	 plan;
	struct history	 history;	/* votes of the rows */
	struct dates	 dates;		/* of the file, once it is read */
	struct transform transform;
	struct stage	 stage;
	struct report	 report;
	struct progress	 progress;
	unsigned char	 sha256[32];	/* of the file */
};

/*
 * Prepare an import with default options, by the caller whose identity the
 * connection has.  What the response needs lives in the arena;
 * import_release() frees the rest, and opt.mapping.
 */
void	 import_init(struct import *, struct arena *, const struct cfg *,
	    struct db *);
void	 import_release(struct import *);

/* Insert the row of imports.  A second call does nothing. */
int	 import_open(struct import *, struct err *) MUST_USE;

/*
 * Read the whole file into the staging table, within a transaction that stays
 * open.  422 if the file is not a voter file or its layout is broken, 400 for
 * an option that does not fit.
 */
int	 import_stage(struct import *, struct source *, struct err *)
	    MUST_USE;

/* Merge the staging table and commit. */
int	 import_finish(struct import *, struct err *) MUST_USE;

/*
 * Roll back and reset the counts, so that import_stage() can be called again.
 */
void	 import_again(struct import *);

/*
 * Roll back and record the reason.  Does nothing else if the import was not
 * opened or is committed.
 */
void	 import_fail(struct import *, const struct err *);

#endif
