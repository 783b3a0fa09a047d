/* The report that cerberus import prints about a file. */
#ifndef CLI_IMPORT_REPORT_H
#define CLI_IMPORT_REPORT_H

#include "import/run.h"

/*
 * Print the counts and the use of each column to standard output; errors,
 * warnings and advice to standard error.  path is the file, ms the duration in
 * milliseconds.
 */
void	 import_report(const struct import *, const char *path, int64_t ms);

#endif
