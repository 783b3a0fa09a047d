/* The list of voters. */
#ifndef PEOPLE_SEARCH_H
#define PEOPLE_SEARCH_H

#include "rest/list.h"

/*
 * GET /voters: the same response as list_answer(), with faster plans (see
 * choose_plan() in search.c).  If q is the only filter, looks like a name, and
 * the query has no sort, the voters are sorted by similarity to it.
 */
int	 voter_list_answer(struct req *, struct resp *, struct err *);

/*
 * For other lists of voters: if the caller's campaigns are small, replace the
 * predicates of the filters by those that read only the campaigns' voters.
 */
int	 voter_narrow(struct req *, struct list_query *, struct err *)
	    MUST_USE;

/*
 * Set the predicates of the voters whom a query selects, with t as the alias of
 * voters: by the filters of GET /voters, and by segment_id.  Parameters that
 * are neither a filter nor in known, which ends in NULL, are errors.
 */
int	 voter_select(struct req *, const struct form *query,
	    const char *const *known, struct where *, struct err *) MUST_USE;

#endif
