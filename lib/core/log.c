/*
 * Writing lines to the log.  What a line about a request contains is decided in
 * http/request_log.c.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "log.h"

static int	 log_fd = STDERR_FILENO;

void
log_open(const char *path)
{
	int	 fd;

	if (path == NULL)
		return;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd == -1) {
		log_line("cannot open the log file %s; the log stays on %s",
		    path, log_fd == STDERR_FILENO ? "standard error" :
		    "the previous file");
		return;
	}
	if (log_fd != STDERR_FILENO)
		close(log_fd);
	log_fd = fd;
}

void
log_line(const char *fmt, ...)
{
	char		 line[1024];
	struct timespec	 now;
	struct tm	 tm;
	size_t		 used;
	va_list		 ap;
	int		 n;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	/* strftime() would read the time zone file first. */
	used = (size_t)snprintf(line, sizeof(line),
	    "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    now.tv_nsec / 1000000);
	va_start(ap, fmt);
	n = vsnprintf(line + used, sizeof(line) - used - 1, fmt, ap);
	va_end(ap);
	if (n > 0)
		used += (size_t)n < sizeof(line) - used - 1 ? (size_t)n :
		    sizeof(line) - used - 2;
	for (size_t i = 0; i < used; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[used++] = '\n';
	/* If the log cannot be written, there is nowhere to report it. */
	if (write(log_fd, line, used) == -1)
		return;
}
