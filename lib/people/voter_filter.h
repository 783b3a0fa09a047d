/* The filters of voters that are not a comparison with one column. */
#ifndef PEOPLE_VOTER_FILTER_H
#define PEOPLE_VOTER_FILTER_H

#include "rest/filter.h"

/*
 * Return the predicate of a filter: the build() of voter_list, for q, purpose,
 * last_name, first_name, zip_code, precinct and tag.  voter_filter_build_small() returns
 * one that is faster for callers whose campaigns have few voters.
 */
struct predicate voter_filter_build(struct arena *, const struct filters *,
	    const char *name, const char *value);
struct predicate voter_filter_build_small(struct arena *,
	    const struct filters *, const char *name, const char *value);

/*
 * Return true if, for the filter of this name, the predicate that
 * voter_filter_build_small() returns reads only voters of the caller's
 * campaigns.
 */
bool	 voter_filter_is_lookup(const char *name);

/* Return true if q= looks like a name, not an address, number or id. */
bool	 voter_filter_is_name(const char *q);

#endif
