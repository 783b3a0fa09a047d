/* Users, as admins see them; sessions and API keys, as their owners do. */
#ifndef MODEL_USER_H
#define MODEL_USER_H

#include "model/list.h"

extern const char *const user_roles[];

/* clang-format off */
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

#define API_KEY_FIELDS(F, P) \
	F(P, INT,    api_key_id,    .flags = F_SERVER | F_SORT) \
	F(P, INT,    user_id,       .flags = F_SERVER) \
	F(P, TEXT,   name,          .max = 100, .flags = F_REQUIRED | F_SORT) \
	F(P, TEXT,   prefix,        .max = 16, .flags = F_SERVER) \
	F(P, TIME,   created_at,    .flags = F_SERVER | F_SORT) \
	F(P, TIME,   expires_at,    .flags = F_SORT) \
	F(P, TIME,   last_used_at,  .flags = F_SERVER)
/* clang-format on */

enum user_field {
	USER_FIELDS(FIELD_ENUM, USER)
	USER__MAX
};

enum api_key_field {
	API_KEY_FIELDS(FIELD_ENUM, API_KEY)
	API_KEY__MAX
};

extern const struct schema user_schema;
extern const struct list user_list;
extern const struct schema api_key_schema;

/*
 * Create and change a user from the body, which may carry a password; the
 * answers are those of resource_create() and resource_update(), after a reset
 * with how many API keys the user has left.
 */
int	 user_create(struct req *, struct resp *, struct err *);
int	 user_update(struct req *, struct resp *, int64_t id, struct err *);

/*
 * Signs in with a name and a password: 200 with a new session's token, in a
 * cookie for a browser; or 401, after as much time, for a wrong password as for
 * an unknown name.  code is that of a second factor or NULL; where it is missing
 * or wrong the 401 is totp_required.
 */
int	 user_login(struct req *, struct resp *, const char *name,
	    const char *password, const char *code, bool browser,
	    struct err *);

/* Who the caller is, and their roles. */
int	 user_me(struct req *, struct resp *, struct err *);

/* Changes the caller's own password; their other sessions are over. */
int	 user_password(struct req *, struct resp *, const char *old,
	    const char *new, struct err *);

/* The caller's own API keys, and for admins those of a user. */
int	 api_key_list(struct req *, struct resp *, struct err *);
int	 api_key_list_of(struct req *, struct resp *, int64_t user,
	    struct err *);

/* 201 with the key, which nobody will be shown again. */
int	 api_key_create(struct req *, struct resp *, struct err *);

/* user: whose key it must be; 0: anybody's whom the caller may revoke it for. */
int	 api_key_revoke(struct req *, struct resp *, int64_t id, int64_t user,
	    struct err *);

#endif
