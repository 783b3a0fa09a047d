/*
 * The phone bank: lists of people to call, made from a segment or a turf, and
 * the next person of a list, who is reserved for the caller for some minutes.
 * The result of a call is part of the interaction that reports it: see event.h.
 */
#ifndef CANVASS_CALL_LIST_H
#define CANVASS_CALL_LIST_H

#include "rest/list.h"

#define CALL_LIST_FIELDS(F, P) \
	F(P, INT,  call_list_id, .flags = F_SERVER | F_SORT) \
	F(P, INT,  campaign_id,  .flags = F_SERVER) \
	F(P, INT,  segment_id,   .flags = F_SERVER) \
	F(P, INT,  turf_id,      .flags = F_SERVER) \
	F(P, TEXT, list_name,    .max = 200, .flags = F_SERVER | F_SORT) \
	F(P, INT,  people,       .flags = F_SERVER | F_SORT) \
	F(P, TIME, created_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME, updated_at,   .flags = F_SERVER | F_SORT)

enum call_list_field {
	CALL_LIST_FIELDS(FIELD_ENUM, CALL_LIST)
	CALL_LIST__MAX
};

extern const struct schema call_list_schema;
extern const struct list call_list_list;

/*
 * POST {"segment_id"} or {"turf_id"}: 201 with a new list; or, if the segment
 * or turf has one, 200 after updating it: new voters are added to those who can
 * be called, and voters who are no longer in the segment are skipped.
 */
int	 call_list_create(struct req *, struct resp *, struct err *);

/* POST /:id/next: reserve the next person; 200 also if nobody is due. */
int	 call_list_next(struct req *, struct resp *, struct err *);

/* POST /:id/give-back: release the person who is reserved for the caller. */
int	 call_list_give_back(struct req *, struct resp *, struct err *);

#endif
