/*
 * The row of an import in the table imports.  It is written on a second
 * connection (im->watch), so that others can see the progress while the
 * import's transaction is open, and the reason if it fails.
 */
#ifndef IMPORT_PROGRESS_H
#define IMPORT_PROGRESS_H

#include "import.h"

/* Insert the row, state "running", and set im->id, which lives in im->arena. */
int	 progress_open(struct import *, struct err *) MUST_USE;

/*
 * Report the stage and the counts: call im->progress(), if set, and update the
 * row if the last update is a second old, or always with at_once.  An update
 * that fails is ignored; the import goes on.
 */
void	 progress_tell(struct import *, const char *stage, bool at_once);

/*
 * Set the row to "failed", with the reason.  Without a connection, it tries
 * again for five seconds.
 */
void	 progress_fail(struct import *, const struct err *why);

#endif
