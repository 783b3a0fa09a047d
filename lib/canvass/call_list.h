/*
 * The phone bank: lists of people to call, made from a segment or a turf, and
 * the next person of a list.  What becomes of a call is part of the interaction
 * that reports it: see event.h.
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
 * POST of {"segment_id"} or {"turf_id"}: make the list, 201, or bring the one
 * that there is up to date, 200: whoever is new can be called, and whoever is
 * no longer in the segment cannot.
 */
int	 call_list_create(struct req *, struct resp *, struct err *);

/* POST of /:id/next: take the next person in hand; 200 also without one. */
int	 call_list_next(struct req *, struct resp *, struct err *);

/* POST of /:id/give-back: give back whom the caller has in hand. */
int	 call_list_give_back(struct req *, struct resp *, struct err *);

#endif
