/*
 * Undoing imports, and the voters who are no longer in a file.
 * The SQL functions of import_undo and import_missing do the work.
 */
#ifndef PEOPLE_IMPORT_UNDO_H
#define PEOPLE_IMPORT_UNDO_H

#include "http/req.h"
#include "http/resp.h"

/* Numbers of the voters whom an import created or changed. */
struct undone {
	int64_t		 reverted;	/* restored completely */
	int64_t		 deleted;	/* created by the import, and deleted */
	int64_t		 kept;		/* changed since the import: not, or
					 * not completely, restored */
	int64_t		 gone;		/* deleted or merged since */
	int64_t		 votes_reverted; /* their votes were restored */
	int64_t		 votes_kept;	/* their votes were not: changed since,
					 * or the voter is gone */
};

/*
 * Undo an import, or only count if dry_run is set.  timeout, in seconds, limits
 * the statement.  404 if the caller cannot see the import, 403 if they may not
 * edit its campaign, 409 if it cannot be undone.
 */
int	 import_undo(struct db *, const char *import_id, bool dry_run,
	    int64_t timeout, struct undone *, struct err *) MUST_USE;

/* POST /voters/imports/:id/undo[?dry_run=1]: 200 with the counts. */
extern const char *const import_undo_params[];
int	 import_undo_answer(struct req *, struct resp *, struct err *);

/*
 * GET /voters/imports/:id/missing: voters of the campaign and registration
 * state whom the file does not name.  409 unless it is the newest of its
 * layout, 422 if it has no layout or several registration states.
 */
int	 import_missing_answer(struct req *, struct resp *, struct err *);

/*
 * POST /voters/imports/:id/missing {"tag": ...} or {"registration_status":
 * ...}: give these voters the tag or the status.  200 with their number, and
 * how many changed.
 */
int	 import_missing_mark(struct req *, struct resp *, struct err *);

#endif
