/* The caller's own sessions: list and end them.  login.h creates them. */
#ifndef ACCOUNT_SESSION_H
#define ACCOUNT_SESSION_H

#include "rest/list.h"

#define SESSION_FIELDS(F, P) \
	F(P, INT,    session_id,   .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   agent,        .max = 100, .flags = F_SERVER) \
	F(P, BOOL,   current,      .flags = F_SERVER) \
	F(P, TIME,   created_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   expires_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   last_used_at, .flags = F_SERVER)

extern const struct schema session_schema;

/* 200 with the caller's sessions. */
int	 session_list(struct req *, struct resp *, struct err *);

/* End a session: 200; 404 if it is another user's, or has ended. */
int	 session_end(struct req *, struct resp *, int64_t id, struct err *);

/*
 * End the session of this request, and remove a browser's cookie: 200; 409 for
 * an API key.
 */
int	 session_logout(struct req *, struct resp *, struct err *);

#endif
