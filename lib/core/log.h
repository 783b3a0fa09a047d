/*
 * The log.  Each entry is one line, written with one write(2), so that lines of
 * several processes do not mix.  Never log bodies, names, e-mail addresses or
 * keys.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "base.h"

/*
 * Write the log to the end of the file at path from now on.  With NULL, or if
 * the file cannot be opened, which is logged, the log stays where it is: on
 * standard error, unless a file was opened before.
 */
void	 log_open(const char *path);

#define LOG_FRAME	26	/* bytes of the time and the line's end */

/*
 * Write the time (UTC, milliseconds) and a printf() message as one line of at
 * most 1024 bytes.  Control characters are replaced by question marks.  A log
 * that cannot be written is ignored.
 */
void	 log_line(const char *fmt, ...) PRINTF(1, 2);

#endif
