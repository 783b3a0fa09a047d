/*
 * The row of an import in the table imports.  It is written on a second
 * connection, so that others can see the progress while the import's
 * transaction is open, and the reason if it fails.
 */
#ifndef IMPORT_PROGRESS_H
#define IMPORT_PROGRESS_H

#include "core/cfg.h"
#include "db/db.h"
#include "option.h"
#include "report.h"

struct progress {
	struct db	 db;
	const char	*id;		/* NULL until progress_open() */
	bool		 ended;		/* the import is done or has failed */
	int64_t		 updated;	/* time of the last update in ms */
	/*
	 * If set, called with the counts and the stage ("reading", "merging",
	 * "done") about every tenth of a second and at the end of a stage.
	 */
	void		 (*watch)(const struct report *, const char *stage,
			    void *);
	void		*watch_ctx;
};

/*
 * Prepare the second connection; nothing is sent yet.  identity is the caller's
 * as in struct db.
 */
void	 progress_init(struct progress *, const struct cfg *,
	    const char *identity);
void	 progress_release(struct progress *);

/* Insert the row, state "running", and set id, which lives in the arena. */
int	 progress_open(struct progress *, struct arena *,
	    const struct import_options *, struct err *) MUST_USE;

/* Correct the row after an option that came late. */
int	 progress_correct(struct progress *, struct arena *,
	    const struct import_options *, struct err *) MUST_USE;

/*
 * Call watch(), and update the row at most once per second, or at any time with
 * at_once.  layout is the layout's name or NULL.  An update that
 * fails is ignored; the import goes on.
 */
void	 progress_tell(struct progress *, const struct report *,
	    const char *layout, const char *stage, bool at_once);

/* Note that the import is committed.  The merge has updated the row. */
void	 progress_done(struct progress *, const struct report *);

/*
 * Set the row to "failed", with the reason; do nothing if there is no row or
 * the import has ended.  Without a connection, try again for five seconds.
 */
void	 progress_fail(struct progress *, const struct err *why);

#endif
