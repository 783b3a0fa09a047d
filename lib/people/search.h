/* The list of voters. */
#ifndef PEOPLE_SEARCH_H
#define PEOPLE_SEARCH_H

#include "rest/list.h"

/*
 * GET /voters: the same response as list_answer(), with faster plans (see
 * choose_plan() in voter_plan.c).  If q is the only filter, looks like a name,
 * and the query has no sort, the voters are sorted by similarity to it.
 */
int	 voter_list_answer(struct req *, struct resp *, struct err *);

#endif
