/* Commands that print what a GET request returns. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "http/req.h"
#include "http/resp.h"
#include "session.h"

/*
 * Call the handler of GET path with these query parameters, and write the body
 * of its response to fd as it comes.
 */
int	 output_run(struct session *, int (*handle)(struct req *,
	    struct resp *, struct err *), const char *path,
	    const struct form *query, int fd);

#endif
