/*
 * Turfs: the doors of a segment, cut into lists that one person can walk.  A
 * turf keeps the voters whom the segment had when it was cut.
 */
#ifndef CANVASS_TURF_H
#define CANVASS_TURF_H

#include "rest/list.h"

#define TURF_FIELDS(F, P) \
	F(P, INT,  turf_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,  campaign_id, .flags = F_SERVER) \
	F(P, INT,  segment_id,  .flags = F_SERVER) \
	F(P, TEXT, code,        .max = 6, .flags = F_SERVER) \
	F(P, TEXT, turf_name,   .max = 200, .flags = F_NOT_NULL | F_SORT) \
	F(P, INT,  user_id,     .low = 1, .high = INT64_MAX) \
	F(P, INT,  doors,       .flags = F_SERVER | F_SORT) \
	F(P, INT,  people,      .flags = F_SERVER | F_SORT) \
	F(P, TIME, created_at,  .flags = F_SERVER | F_SORT) \
	F(P, TIME, updated_at,  .flags = F_SERVER | F_SORT)

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

#endif
