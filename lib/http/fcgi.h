/* FastCGI, through libfcgi; without it at build time every process is a CGI. */
#ifndef HTTP_FCGI_H
#define HTTP_FCGI_H

#include "io.h"

/* True when the web server gave us a listening socket as standard input. */
bool	 fcgi_wanted(void);

/* Waits for a request; false when the process shall end. */
bool	 fcgi_accept(struct io *);

#endif
