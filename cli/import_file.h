/* What cerberus import does with one file, or with one import. */
#ifndef CLI_IMPORT_FILE_H
#define CLI_IMPORT_FILE_H

#include "import/run.h"
#include "session.h"

/* Let SIGINT, SIGTERM and SIGHUP interrupt the functions below. */
void	 import_catch_signals(void);

/*
 * Import one file, "-" for standard input, and set *rejected if a row was
 * rejected.  The options remain the caller's.
 */
int	 import_file(struct session *, const struct import_options *,
	    const char *path, bool *rejected);

/*
 * Undo an import, or count what that would do.  Set *kept if something is kept
 * because it was changed since.
 */
int	 import_file_undo(struct session *, const char *id, bool dry_run,
	    bool *kept);

#endif
