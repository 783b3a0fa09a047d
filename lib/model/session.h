/* The caller's sessions, as they see them. */
#ifndef MODEL_SESSION_H
#define MODEL_SESSION_H

#include "model/list.h"

/* clang-format off */
#define SESSION_FIELDS(F, P) \
	F(P, INT,    session_id,   .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   agent,        .max = 100, .flags = F_SERVER) \
	F(P, BOOL,   current,      .flags = F_SERVER) \
	F(P, TIME,   created_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   expires_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   last_used_at, .flags = F_SERVER)
/* clang-format on */

extern const struct schema session_schema;

int	 session_list(struct req *, struct resp *, struct err *);

/* 404 for another user's session and for one that is over. */
int	 session_end(struct req *, struct resp *, int64_t id, struct err *);

/* Ends the session that this request has, and takes a browser's cookie back. */
int	 session_logout(struct req *, struct resp *, struct err *);

#endif
