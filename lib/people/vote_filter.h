/* The filters of voters by the elections in which they voted. */
#ifndef PEOPLE_VOTE_FILTER_H
#define PEOPLE_VOTE_FILTER_H

#include "http/req.h"
#include "rest/filter.h"

/*
 * Check voted_any, voted_all, voted_at_least, of_last and kind, and set their
 * resolved predicates.  With step, the predicates suit a step of a segment,
 * where they are tested last.  On failure return -1; err names each bad
 * parameter.
 */
int	 vote_filters_resolve(struct req *, struct filters *, bool step,
	    struct err *) MUST_USE;

#endif
