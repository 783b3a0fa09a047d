/*
 * The evidence of a visitor's consent: the page, the browser, the address and
 * the wording that was shown.
 */
#ifndef PEOPLE_PROOF_H
#define PEOPLE_PROOF_H

#include "http/req.h"

/* The client's address, or NULL if PostgreSQL would not accept it as inet. */
const char *proof_address(const struct req *);

/*
 * The first n bytes of a header field, without a character that is cut in two.
 * NULL if there is none or if it is not valid UTF-8: a request does not fail
 * because of it.
 */
const char *proof_header(const struct req *, const char *value, size_t n);

/*
 * Return the evidence as a JSON object, in the request's arena.  page_url and
 * wording are values of the body, or NULL; without page_url, the page is taken
 * from the header Referer.
 */
const char *proof_json(struct req *, const char *page_url,
	    const char *wording);

#endif
