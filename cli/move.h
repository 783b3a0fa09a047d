/*
 * Moving from the Flask backend.  Its rows are read in one snapshot and copied
 * into a stage here; functions of the schema then make of them what this
 * backend has.  All of it is one transaction.
 */
#ifndef CLI_MOVE_H
#define CLI_MOVE_H

#include "core/buf.h"
#include "record/field.h"
#include "session.h"

struct move {
	struct session	 s;		/* this installation */
	struct db	 from;		/* the other database */
	const char	*key;		/* decrypts contact data, or NULL */
	bool		 no_key;	/* leave encrypted data out */
	const char	*invitations;	/* files to write, or NULL */
	const char	*report;
	bool		 dry_run;
	struct buf	 out;		/* rows that are not sent yet */
	struct buf	 notes;		/* rows for flask_notes */
	struct arena	 row;		/* lives as long as one row */
};

/*
 * Note what could not be taken as it is of a row.  kind is "row", "value" or
 * "note", as in sql/deploy/flask_stage.sql; value may be NULL.
 */
void	 move_note(struct move *, const char *kind, const char *table,
	    const char *row, const char *column, const char *value,
	    const char *message);

/*
 * Check a value of n bytes from the other database.  One that the field cannot
 * take is noted and becomes NULL; control characters become blanks.  The result
 * is in the arena of the row.
 */
const char *move_check(struct move *, const struct field *, const char *table,
	    const char *row, const char *value, size_t n);

/* Send the rows in out if there are enough of them, or with all at the end. */
int	 move_send(struct move *, bool all, struct err *) MUST_USE;

/* Copy the tables into the stage, and note which others there are. */
int	 move_tables(struct move *, struct err *) MUST_USE;

/* Copy the e-mail addresses and phone numbers of donations. */
int	 move_contacts(struct move *, struct err *) MUST_USE;

/*
 * Print the report, after the counts of flask_move(), and write all of it to
 * the file that was asked for.  Set *lost if something could not be taken.
 */
int	 move_report(struct move *, const struct rows *counts, bool *lost)
	    MUST_USE;

#endif
