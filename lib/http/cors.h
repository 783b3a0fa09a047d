/* Cross-origin requests: WHATWG Fetch, section "CORS protocol". */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include "req.h"
#include "resp.h"

/* Add the CORS headers if the configuration lists the request's origin. */
void	 cors_headers(const struct req *, struct resp *);

/* Add the headers of a preflight's response; allow is the value of Allow. */
void	 cors_preflight(const struct req *, struct resp *, const char *allow);

#endif
