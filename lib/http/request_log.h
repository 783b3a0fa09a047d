/* The log line of a request. */
#ifndef HTTP_REQUEST_LOG_H
#define HTTP_REQUEST_LOG_H

#include "req.h"
#include "resp.h"

/*
 * Log a request that has been answered: its id, method, path, status, and
 * duration in microseconds; if rc is not 0, the error's code and detail too.
 * The line of a refused request (4xx) is short, because strangers can cause any
 * number of them.
 */
void	 request_log(const struct req *, const struct resp *,
	    const struct err *, int rc, int64_t us);

#endif
