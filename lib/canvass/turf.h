/*
 * Turfs: the doors of a segment, cut into lists that one person can walk.  A
 * turf keeps the voters whom the segment had when it was cut.
 */
#ifndef CANVASS_TURF_H
#define CANVASS_TURF_H

#include "rest/list.h"

/* clang-format off */
#define TURF_FIELDS(F, P) \
	F(P, INT,  turf_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,  campaign_id, .flags = F_SERVER) \
	F(P, INT,  segment_id,  .flags = F_SERVER) \
	F(P, TEXT, code,        .flags = F_SERVER) \
	F(P, TEXT, turf_name,   .max = 200, .flags = F_NOT_NULL | F_SORT) \
	F(P, INT,  user_id,     .low = 1, .high = INT64_MAX) \
	F(P, INT,  doors,       .flags = F_SERVER | F_SORT) \
	F(P, INT,  people,      .flags = F_SERVER | F_SORT) \
	F(P, TIME, created_at,  .flags = F_SERVER | F_SORT) \
	F(P, TIME, updated_at,  .flags = F_SERVER | F_SORT)
/* clang-format on */

enum turf_field {
	TURF_FIELDS(FIELD_ENUM, TURF)
	TURF__MAX
};

extern const struct schema turf_schema;
extern const struct list turf_list;

/*
 * POST /turfs {"segment_id", "by", "size"}: cut the segment; 201 with the
 * turfs.
 */
int	 turf_create(struct req *, struct resp *, struct err *);

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
