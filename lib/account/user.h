/*
 * The records of users.  Signing in is in login.h, changing one's own password
 * in password_change.h, API keys in api_key.h.
 */
#ifndef ACCOUNT_USER_H
#define ACCOUNT_USER_H

#include "rest/list.h"

extern const char *const user_roles[];

#define USER_FIELDS(F, P) \
	F(P, INT,    user_id,       .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   username,      .max = 100, \
	    .flags = F_REQUIRED | F_SORT) \
	F(P, EMAIL,  email_address, .max = 254, .flags = F_SORT) \
	F(P, TEXT,   full_name,     .max = 200, .flags = F_SORT) \
	F(P, CHOICE, role,          .choices = user_roles, \
	    .flags = F_NOT_NULL) \
	F(P, BOOL,   is_active,     .flags = F_NOT_NULL) \
	F(P, TIME,   last_login_at, .flags = F_SERVER) \
	F(P, TIME,   created_at,    .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,    .flags = F_SERVER | F_SORT)

enum user_field {
	USER_FIELDS(FIELD_ENUM, USER)
	USER__MAX
};

extern const struct schema user_schema;
extern const struct list user_list;

/*
 * Create a user from the body, which may contain a password: 201 with the user.
 * Errors as those of resource_create().
 */
int	 user_create(struct req *, struct resp *, struct err *);

/*
 * Change a user from the body: 200 with the user.  A password in the body ends
 * the user's sessions, and the response says how many API keys they still have.
 * Errors as those of resource_update().
 */
int	 user_update(struct req *, struct resp *, int64_t id, struct err *);

/* 200 with the caller's own record and their roles in campaigns. */
int	 user_me(struct req *, struct resp *, struct err *);

#endif
