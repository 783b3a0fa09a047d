/*
 * Interactions: contacts with voters, such as calls and visits, and their
 * outcome.
 */
#ifndef CANVASS_INTERACTION_H
#define CANVASS_INTERACTION_H

#include "rest/list.h"

#define INTERACTIONS_MAX	1000	/* of a batch */

/*
 * notes may be longer than those of a signup (10,000 characters), because
 * people/signup.c adds sentences about the visitor's interests to them.
 */

#define INTERACTION_FIELDS(F, P) \
	F(P, INT,    interaction_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    voter_id,         .low = 1, .high = INT64_MAX, \
	    .flags = F_REQUIRED) \
	F(P, INT,    campaign_id,      .low = 1, .high = INT64_MAX) \
	F(P, INT,    user_id,          .flags = F_SERVER) \
	F(P, TEXT,   interaction_type, .max = 255, .flags = F_REQUIRED) \
	F(P, TIME,   interaction_date, \
	    .flags = F_PAST | F_NOT_NULL | F_SORT) \
	F(P, TEXT,   outcome,          .max = 255) \
	F(P, TEXT,   notes,            .max = 11000, .flags = F_LINES) \
	F(P, INT,    duration_minutes, .high = 1000000) \
	F(P, TIME,   created_at,       .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,       .flags = F_SERVER | F_SORT)

enum interaction_field {
	INTERACTION_FIELDS(FIELD_ENUM, INTERACTION)
	INTERACTION__MAX
};

extern const struct schema interaction_schema;
extern const struct list interaction_list;

/*
 * Handle POST of one interaction (201) or of an array of at most
 * INTERACTIONS_MAX (200 with a result for each).  An interaction may have
 * answers and tags.  With atomic=1 nothing is stored if one of an array is
 * not valid: 400, which names each bad field with its index, such as
 * "3.voter_id".
 */
int	 interaction_create(struct req *, struct resp *, struct err *);

#endif
