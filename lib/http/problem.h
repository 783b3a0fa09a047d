/* Responses for errors: problem documents (RFC 9457), or pages for browsers. */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "req.h"
#include "resp.h"

/*
 * Make the response to a request that failed: an HTML page if
 * route_wants_page(), else a problem document.  An error without a code becomes
 * ERR_INTERNAL.  Set rs->problem.
 */
void	 problem_answer(const struct req *, struct resp *, struct err *);

/* The problem document of an error; id is the request's. */
void	 problem_json(struct resp *, const struct err *, const char *id);

/* The page of an error. */
void	 problem_page(struct resp *, const struct err *);

#endif
