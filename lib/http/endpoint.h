/* The runner: what the main() of every CGI program calls. */
#ifndef HTTP_ENDPOINT_H
#define HTTP_ENDPOINT_H

#include "route.h"

/*
 * Serve one request as CGI, or many as FastCGI if the web server has started
 * the program that way.  Return the exit status of the program.
 */
int	 endpoint_main(const struct route *, size_t n);

/* The same with the database role that may write donations. */
int	 endpoint_main_stripe(const struct route *, size_t n);

#endif
