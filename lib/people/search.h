/* The list of voters: its filters, the name search, and its plans. */
#ifndef PEOPLE_SEARCH_H
#define PEOPLE_SEARCH_H

#include "http/req.h"
#include "http/resp.h"
#include "rest/list.h"

/*
 * Answer GET of voters.  choose_plan() in search.c says how they are found; the
 * answer is that of any list, except that q alone, if it looks like a name,
 * sorts by similarity.
 */
int	 voter_list_answer(struct req *, struct resp *, struct err *);

/*
 * The build() of voter_list, for the filters that are not a comparison with one
 * column: q, purpose, last_name and tag.
 */
struct predicate search_build(struct arena *, const struct filters *,
	    const char *name, const char *value);

#endif
