/* Cutting streets into turfs of about the same size. */
#ifndef CANVASS_TURF_CUT_H
#define CANVASS_TURF_CUT_H

#include "core/arena.h"

/* A run of doors that belong together: those of one street. */
struct street {
	size_t		 doors;
	bool		 fresh;		/* a turf must not span this street and
					 * the one before it */
};

/* The most doors of a turf: a quarter above its size. */
size_t	 turf_most(size_t size);

/*
 * Cut streets, in their order, into turfs of about size doors.  Set
 * ends[0 .. *turfs - 1] to the number of doors up to the end of each turf, in
 * ascending order; ends has room for one number per door.
 *
 * No turf has more than turf_most() doors, a street of at most size doors is in
 * one turf, and the sum of the squared deviations from size is as small as
 * possible among the cuts that keep the streets with at most turf_most() doors
 * whole.  A longer street becomes turfs of its own, as equal as possible.
 */
void	 turf_cut(struct arena *, const struct street *, size_t n, size_t size,
	    size_t *ends, size_t *turfs);

#endif
