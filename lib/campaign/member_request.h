/*
 * Member requests.  A manager asks to add a person whose account they may not
 * see; an admin confirms or declines.  No response tells the manager whether
 * the person has an account.
 */
#ifndef CAMPAIGN_MEMBER_REQUEST_H
#define CAMPAIGN_MEMBER_REQUEST_H

#include "rest/list.h"

extern const char *const member_request_states[];

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

extern const struct schema member_request_schema;
extern const struct schema member_add_schema;	/* the body of a POST */

/*
 * Add a member by name or e-mail address: 202 with the same message in every
 * case.  A user who shares a campaign with the caller becomes a member at once;
 * for anyone else a request is stored.  404 if the caller cannot see the
 * campaign, 403 if they do not manage it.
 */
int	 member_request_add(struct req *, struct resp *, int64_t campaign,
	    struct err *);

/*
 * 200 with the requests of one campaign, for its managers; with campaign 0 all
 * of them, for admins.
 */
int	 member_request_list(struct req *, struct resp *, int64_t campaign,
	    struct err *);

/*
 * Confirm a request, which creates the user if necessary, or decline it; for
 * admins.  200; 404 if there is no such pending request.
 */
int	 member_request_confirm(struct req *, struct resp *, int64_t id,
	    struct err *);
int	 member_request_decline(struct req *, struct resp *, int64_t id,
	    struct err *);

#endif
