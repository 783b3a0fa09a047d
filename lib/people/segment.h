/* Segments: stored filters of voters. */
#ifndef PEOPLE_SEGMENT_H
#define PEOPLE_SEGMENT_H

#include "rest/list.h"
#include "universe.h"

#define SEGMENT_FIELDS(F, P) \
	F(P, INT,    segment_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,  .low = 1, .high = INT64_MAX) \
	F(P, TEXT,   segment_name, .max = 100, \
	    .flags = F_REQUIRED | F_SORT) \
	F(P, OBJECT, filter,       .max = 10000, .flags = F_NOT_NULL) \
	F(P, TIME,   created_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,   .flags = F_SERVER | F_SORT)

enum segment_field {
	SEGMENT_FIELDS(FIELD_ENUM, SEGMENT)
	SEGMENT__MAX
};

extern const struct schema segment_schema;
extern const struct list segment_list;

/*
 * GET, POST and PATCH of one segment, which show its summary.  The filter must
 * be one that the list of voters accepts, or steps of such filters.  DELETE is
 * a 409 while another segment names this one.
 */
int	 segment_get(struct req *, struct resp *, struct err *);
int	 segment_create(struct req *, struct resp *, struct err *);
int	 segment_update(struct req *, struct resp *, struct err *);
int	 segment_delete(struct req *, struct resp *, struct err *);

/*
 * Set *out to a copy of the query in which the segment's filter replaces
 * segment_id, unless that filter has steps or names another segment.  If
 * neither the query nor the filter has a campaign_id, add the
 * segment's.  A query without segment_id is copied unchanged.  The texts are in
 * the request's arena.  If the caller cannot see the segment, err names
 * segment_id.
 */
int	 segment_expand(struct req *, const struct form *query,
	    struct form *out, struct err *) MUST_USE;

/*
 * Append the WHERE clause, with t as the alias of voters, for the voters that
 * the request's body selects by voter_ids, filter or segment_id.  400 unless
 * the body has exactly one of them.  *steps is for universe_blame().
 */
int	 segment_chosen(struct req *, struct sql *,
	    const struct where **steps, struct err *) MUST_USE;

#endif
