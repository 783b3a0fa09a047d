/* What cerberus import says about a file that it has imported. */
#ifndef CLI_IMPORT_REPORT_H
#define CLI_IMPORT_REPORT_H

#include "import/run.h"

/*
 * Print the counts and what became of the columns to standard output; errors,
 * warnings and what to do next to standard error.  path is the file, ms how
 * long it took.
 */
void	 import_report(const struct import *, const char *path, int64_t ms);

#endif
