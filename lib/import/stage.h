/*
 * The staging table: a temporary table that COPY fills with the rows of a file.
 * Good rows have their fields, rejected rows the reason and their raw text.
 * stage_merge.h merges it into voters.
 *
 * The functions are called in the order of their declarations, within one
 * transaction.  After a failure the caller rolls back.
 */
#ifndef IMPORT_STAGE_H
#define IMPORT_STAGE_H

#include "db/db.h"
#include "notes.h"
#include "plan.h"
#include "record/rec.h"

struct stage {
	struct db	*db;
	const struct plan *plan;	/* set by stage_copy() */
	/* The caller is not an admin: import_refuse() in sql/deploy/ may reject
	 * every row with a registration id, and then needs its raw text.  For
	 * an admin only rows with a birth date or year can be rejected. */
	bool		 refusable;
	bool		 doors;		/* rows of voters have addresses */
	bool		 votes;		/* rows of voters have votes, too */
	struct buf	 out;		/* rows not sent yet */
};

void	 stage_init(struct stage *, struct db *);
void	 stage_release(struct stage *);

/*
 * Begin the transaction and create the table.  It holds a lock that tells
 * import_reap() that the import is alive.  Called before the first row is read,
 * because a slow client may take minutes to send it.
 */
int	 stage_begin(struct stage *, const char *import_id, struct err *)
	    MUST_USE;

/*
 * Start the COPY of the plan's fields, and of votes if the file has any.  The
 * plan must outlive the stage.
 */
int	 stage_copy(struct stage *, const struct plan *, bool votes,
	    struct err *) MUST_USE;

/* The same for a file whose rows are votes; then use stage_vote(). */
int	 stage_copy_votes(struct stage *, struct err *) MUST_USE;

/*
 * Append a good row, with its warnings, to the buffer; votes is an array of
 * codes or NULL.  If it fails, stage_send() returns -1.
 */
void	 stage_add(struct stage *, const struct row *, const struct rec *,
	    const char *votes, const struct notes *);

/* Append a vote: a registration id of n bytes, and the code of the ballot. */
void	 stage_vote(struct stage *, const struct row *, const char *id,
	    size_t n, int code);

/* Append a rejected row: its raw text, the column or "", and the reason. */
void	 stage_reject(struct stage *, const struct row *, const char *column,
	    const char *message);

/* Send the rows if there are enough of them. */
int	 stage_send(struct stage *, struct err *) MUST_USE;

/* Send the remaining rows and end the COPY. */
int	 stage_end(struct stage *, struct err *) MUST_USE;

/* Stage the warnings about the whole file, which import_merge() stores. */
int	 stage_file_warnings(struct stage *, const struct notes *, struct err *)
	    MUST_USE;

/* Append a tab and a value in COPY's text format; NULL is null. */
void	 stage_value(struct buf *, const char *);

/* Discard the rows that have not been sent. */
void	 stage_clear(struct stage *);

#endif
