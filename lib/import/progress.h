/*
 * The import's row, written on a second connection, so that others can watch
 * while the transaction is open, and read why when it failed.
 */
#ifndef IMPORT_PROGRESS_H
#define IMPORT_PROGRESS_H

#include "import.h"

/* Writes down that it begins, and sets im->id. */
int	 progress_open(struct import *, struct err *) MUST_USE;

/*
 * Tells the caller's progress(), and those who watch: every second, or at once.
 * That it cannot be told stops nothing.
 */
void	 progress_tell(struct import *, const char *stage, bool at_once);

/* Writes down that it failed, and why; tries for a few seconds. */
void	 progress_fail(struct import *, const struct err *why);

#endif
