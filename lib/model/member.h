/* Who belongs to a campaign, and as what. */
#ifndef MODEL_MEMBER_H
#define MODEL_MEMBER_H

#include "model/list.h"

extern const char *const member_roles[];

/* clang-format off */
#define MEMBER_FIELDS(F, P) \
	F(P, INT,    user_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id, .flags = F_SERVER) \
	F(P, TEXT,   username,    .max = 100, .flags = F_SERVER) \
	F(P, CHOICE, role,        .choices = member_roles, \
	    .flags = F_REQUIRED) \
	F(P, TIME,   created_at,  .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,  .flags = F_SERVER | F_SORT)
/* clang-format on */

enum member_field {
	MEMBER_FIELDS(FIELD_ENUM, MEMBER)
	MEMBER__MAX
};

extern const struct schema member_schema;

/* Each is 404 for a campaign that the caller cannot see. */
int	 member_list(struct req *, struct resp *, int64_t campaign,
	    struct err *);
int	 member_get(struct req *, struct resp *, int64_t campaign,
	    int64_t user, struct err *);

/*
 * 201 for a new member, 200 for one with another role now; 404 for a user who
 * shares no campaign with the caller, see member_request_add() for those.
 */
int	 member_put(struct req *, struct resp *, int64_t campaign,
	    int64_t user, struct err *);
int	 member_delete(struct req *, struct resp *, int64_t campaign,
	    int64_t user, struct err *);

#endif
