/*
 * Requests of managers for members whom they cannot see.  Nothing that a manager
 * can observe tells whether the person has an account.
 */
#ifndef CAMPAIGN_MEMBER_REQUEST_H
#define CAMPAIGN_MEMBER_REQUEST_H

#include "rest/list.h"

extern const char *const member_request_states[];

/* clang-format off */
#define MEMBER_REQUEST_FIELDS(F, P) \
	F(P, INT,    request_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,  .flags = F_SERVER) \
	F(P, TEXT,   given,        .max = 254, .flags = F_SERVER) \
	F(P, CHOICE, role,         .choices = member_roles, \
	    .flags = F_SERVER) \
	F(P, CHOICE, state,        .choices = member_request_states, \
	    .flags = F_SERVER) \
	F(P, INT,    requested_by, .flags = F_SERVER) \
	F(P, TIME,   created_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,   .flags = F_SERVER | F_SORT)
/* clang-format on */

extern const struct schema member_request_schema;
extern const struct schema wanted_schema;	/* the body of a POST */

/*
 * 202, always with the same words: somebody with whom the caller shares a
 * campaign is a member now; for anybody else a request waits.
 */
int	 member_request_add(struct req *, struct resp *, int64_t campaign,
	    struct err *);

/* Those of one campaign, for its managers; campaign 0: all, for admins. */
int	 member_request_list(struct req *, struct resp *, int64_t campaign,
	    struct err *);

/* For admins; 404 where no such request waits. */
int	 member_request_confirm(struct req *, struct resp *, int64_t id,
	    struct err *);
int	 member_request_decline(struct req *, struct resp *, int64_t id,
	    struct err *);

#endif
