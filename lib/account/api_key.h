/*
 * API keys: tokens for programs, of one user, without a second factor.  A key
 * is shown once, when it is created.
 */
#ifndef ACCOUNT_API_KEY_H
#define ACCOUNT_API_KEY_H

#include "rest/list.h"

#define API_KEY_FIELDS(F, P) \
	F(P, INT,    api_key_id,    .flags = F_SERVER | F_SORT) \
	F(P, INT,    user_id,       .flags = F_SERVER) \
	F(P, TEXT,   name,          .max = 100, .flags = F_REQUIRED | F_SORT) \
	F(P, TEXT,   prefix,        .max = 16, .flags = F_SERVER) \
	F(P, TIME,   created_at,    .flags = F_SERVER | F_SORT) \
	F(P, TIME,   expires_at,    .flags = F_SORT) \
	F(P, TIME,   last_used_at,  .flags = F_SERVER)

enum api_key_field {
	API_KEY_FIELDS(FIELD_ENUM, API_KEY)
	API_KEY__MAX
};

extern const struct schema api_key_schema;

/* 200 with the caller's own API keys. */
int	 api_key_list(struct req *, struct resp *, struct err *);

/* 200 with the API keys of a user, for admins; 404 for an unknown user. */
int	 api_key_list_of(struct req *, struct resp *, int64_t user,
	    struct err *);

/* 201 with a new key of the caller and its token. */
int	 api_key_create(struct req *, struct resp *, struct err *);

/*
 * Revoke a key: 200, or 404 if the caller may not revoke it.  user is the id of
 * the owner that the path names: a key of another user is a 404, too.  With
 * user 0 the key may have any owner.
 */
int	 api_key_revoke(struct req *, struct resp *, int64_t id, int64_t user,
	    struct err *);

#endif
