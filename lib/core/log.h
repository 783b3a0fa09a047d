/*
 * The log: one line an event, written by one write(2), so that lines of several
 * processes never mix.  Never bodies, names, addresses or keys.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "base.h"

/* Appends to the file; NULL or a file that cannot be opened: standard error. */
void	 log_open(const char *path);

#define LOG_FRAME	26	/* bytes of the time and the line's end */

/* Time, then the words; control characters become question marks. */
void	 log_line(const char *, ...) PRINTF(1, 2);

#endif
