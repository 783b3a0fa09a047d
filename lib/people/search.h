/* The list of voters: the search, and pages of a million. */
#ifndef PEOPLE_SEARCH_H
#define PEOPLE_SEARCH_H

#include "http/req.h"
#include "http/resp.h"

/*
 * GET of voters.  Alone, in the order of ids, it knows its total and where each
 * page begins without reading what comes before; q finds names that are almost
 * right, the best first; in a campaign of few voters only those are looked at.
 */
int	 voter_list_answer(struct req *, struct resp *, struct err *);

/*
 * The conditions that are more than a comparison with one column: q=, by
 * e-mail, phone, registration id or name; purpose=, which leaves those who may
 * be reached by that channel; and those that go through voters_with().
 */
const char *search_choose(struct req *, const char *name,
	    const char **value);

#endif
