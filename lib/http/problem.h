/* Responses for errors: problem documents (RFC 9457), or pages for browsers. */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "req.h"
#include "resp.h"

/*
 * Make the response to a request that failed: a page if a browser has sent a
 * form, else a problem document.  An error without a code is an internal one.
 * Sets rs->problem.
 */
void	 problem_answer(const struct req *, struct resp *, struct err *);

/* The problem document of an error; id is the request's. */
void	 problem_json(struct resp *, const struct err *, const char *id);

/* The page of an error. */
void	 problem_page(struct resp *, const struct err *);

#endif
