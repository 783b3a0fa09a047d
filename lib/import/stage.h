/*
 * The staging table: a temporary one that COPY fills with the rows of a file, the
 * good ones as our fields and the rejected ones as they came, and that PostgreSQL
 * merges into voters with a few statements.
 *
 * The calls come in the order in which they stand here, all within one
 * transaction of im->db.  After a failure there is nothing to do but to roll back.
 */
#ifndef IMPORT_STAGE_H
#define IMPORT_STAGE_H

#include "run.h"

/*
 * Begins the transaction, whose lock tells import_reap() that somebody is at
 * work: before the first rows, for which a slow sender may take minutes.
 */
int	 stage_begin(struct import *, struct err *) MUST_USE;

/* Starts the COPY, of the fields that the plan has. */
int	 stage_copy(struct import *, struct err *) MUST_USE;

/* A good row; what fails here, stage_send() tells. */
void	 stage_add(struct import *, const struct row *, const struct rec *);

/*
 * A row that is not taken goes to the stage as it came, with the reason; it is
 * reported and counted besides.
 */
void	 stage_reject(struct import *, const struct row *, const char *column,
	    const char *message);

/* Sends the rows when enough have come together. */
int	 stage_send(struct import *, struct err *) MUST_USE;

/* Sends the rest and ends the COPY. */
int	 stage_end(struct import *, struct err *) MUST_USE;

/* Merges, and reads the counts.  Not the commit. */
int	 stage_merge(struct import *, struct err *) MUST_USE;

/* Forgets the rows that were not sent. */
void	 stage_clear(struct import *);

#endif
