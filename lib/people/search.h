/* The list of voters. */
#ifndef PEOPLE_SEARCH_H
#define PEOPLE_SEARCH_H

#include "http/req.h"
#include "http/resp.h"

/*
 * Answer GET of voters.  choose_plan() in search.c says how they are found; the
 * answer is that of any list, except that q alone, if it looks like a name,
 * sorts by similarity.
 */
int	 voter_list_answer(struct req *, struct resp *, struct err *);

#endif
