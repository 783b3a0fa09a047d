/* Cross-origin requests: WHATWG Fetch, section "CORS protocol". */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include "req.h"
#include "resp.h"

/* The headers for an origin that the configuration lists; none for others. */
void	 cors_headers(const struct req *, struct resp *);

/* What a preflight asks for besides; allow is the Allow header's value. */
void	 cors_preflight(const struct req *, struct resp *, const char *allow);

#endif
