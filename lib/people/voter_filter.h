/* The filters of voters that are not a comparison with one column. */
#ifndef PEOPLE_VOTER_FILTER_H
#define PEOPLE_VOTER_FILTER_H

#include "rest/filter.h"

/*
 * Return the predicate of a filter without sql: the build() of voter_list.
 * voter_filter_build_small() returns one that is faster for callers whose
 * campaigns have few voters, voter_filter_build_step() one that costs little
 * where it is tested for every voter, as in a step of a segment.
 */
struct predicate voter_filter_build(struct arena *, const struct filters *,
	    const char *name, const char *value);
struct predicate voter_filter_build_small(struct arena *,
	    const struct filters *, const char *name, const char *value);
struct predicate voter_filter_build_step(struct arena *,
	    const struct filters *, const char *name, const char *value);

/*
 * Return true if, for the filter of this name, the predicate that
 * voter_filter_build_small() returns reads only voters of the caller's
 * campaigns.
 */
bool	 voter_filter_is_lookup(const char *name);

/*
 * If one of the filters is a look-up, or q= with a number or an e-mail address,
 * return true and set *ids to a SELECT of the ids of the voters that this
 * filter finds: in the campaign of the filters, if they name one, and visible
 * to the caller.
 */
bool	 voter_filter_ids(struct arena *, const struct filters *,
	    struct predicate *ids);

/* Return true if q= looks like a name, not an address, number or id. */
bool	 voter_filter_is_name(const char *q);

#endif
