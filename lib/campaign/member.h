/* The members of a campaign and their roles. */
#ifndef CAMPAIGN_MEMBER_H
#define CAMPAIGN_MEMBER_H

#include "rest/list.h"

extern const char *const member_roles[];

#define MEMBER_FIELDS(F, P) \
	F(P, INT,    user_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id, .flags = F_SERVER) \
	F(P, TEXT,   username,    .max = 100, .flags = F_SERVER) \
	F(P, CHOICE, role,        .choices = member_roles, \
	    .flags = F_REQUIRED) \
	F(P, TIME,   created_at,  .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,  .flags = F_SERVER | F_SORT)

enum member_field {
	MEMBER_FIELDS(FIELD_ENUM, MEMBER)
	MEMBER__MAX
};

extern const struct schema member_schema;

/*
 * List, read, add and remove members.  Each is 404 if the caller cannot see the
 * campaign.
 */
int	 member_list(struct req *, struct resp *, int64_t campaign,
	    struct err *);
int	 member_get(struct req *, struct resp *, int64_t campaign,
	    int64_t user, struct err *);

/*
 * 201 for a new member, 200 for a changed role.  404 for a user who shares no
 * campaign with the caller (see member_request_add()), 403 if the caller may
 * not do it, 412 if If-Match is stale.
 */
int	 member_put(struct req *, struct resp *, int64_t campaign,
	    int64_t user, struct err *);

/* 200; errors as for member_put(). */
int	 member_delete(struct req *, struct resp *, int64_t campaign,
	    int64_t user, struct err *);

#endif
