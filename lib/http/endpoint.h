/* The runner: what every executable's main() calls. */
#ifndef HTTP_ENDPOINT_H
#define HTTP_ENDPOINT_H

#include "route.h"

/*
 * Serves one request as CGI or many as FastCGI, whichever the web server
 * started.  Returns the exit status.
 */
int	 endpoint_main(const struct route *, size_t n);

/* The same with the database role that may write donations. */
int	 endpoint_main_stripe(const struct route *, size_t n);

#endif
