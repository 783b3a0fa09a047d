/* Segments: filters over voters with a name. */
#ifndef PEOPLE_SEGMENT_H
#define PEOPLE_SEGMENT_H

#include "rest/list.h"

/* clang-format off */
#define SEGMENT_FIELDS(F, P) \
	F(P, INT,    segment_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,  .low = 1, .high = INT64_MAX) \
	F(P, TEXT,   segment_name, .max = 100, \
	    .flags = F_REQUIRED | F_SORT) \
	F(P, OBJECT, filter,       .max = 10000, .flags = F_NOT_NULL) \
	F(P, TIME,   created_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,   .flags = F_SERVER | F_SORT)
/* clang-format on */

enum segment_field {
	SEGMENT_FIELDS(FIELD_ENUM, SEGMENT)
	SEGMENT__MAX
};

extern const struct schema segment_schema;
extern const struct list segment_list;

/* POST and PATCH: the filter must be one that the list of voters takes. */
int	 segment_create(struct req *, struct resp *, struct err *);
int	 segment_update(struct req *, struct resp *, struct err *);

/*
 * Puts the filter of segment_id= into the query in its place, wherever voters
 * are filtered.  404 where the caller sees no such segment.
 */
int	 segment_expand(struct req *, struct err *) MUST_USE;

/*
 * Replaces the query by a JSON object's members, as if they had come as
 * parameters.
 */
int	 segment_query(struct req *, struct json_object *, struct err *)
	    MUST_USE;

/*
 * The voters that a body means: voter_ids, filter or segment_id, exactly one of
 * them.  Appends the condition, with the rows of voters as t.
 */
int	 segment_chosen(struct req *, struct sql *, struct err *) MUST_USE;

#endif
