/* FastCGI, by libfcgi.  Without libfcgi, programs only run as CGI. */
#ifndef HTTP_FCGI_H
#define HTTP_FCGI_H

#include "io.h"

/*
 * Return true if standard input is a listening socket: the web server has
 * started this process as FastCGI.
 */
bool	 fcgi_wanted(void);

/* Wait for a request.  Return false if the process is to exit. */
bool	 fcgi_accept(struct io *);

#endif
