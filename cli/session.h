/*
 * What commands that act as a user share: the configuration, the database and
 * whose key it is.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "access/token.h"
#include "core/cfg.h"
#include "db/db.h"

/* Exit statuses, as cerberus(1) has them. */
enum status {
	STATUS_DONE,
	STATUS_PARTLY,		/* done, but for what was told */
	STATUS_USAGE,
	STATUS_FAILED,
};

struct session {
	struct cfg	 cfg;
	struct db	 db;
	struct arena	 arena;
	struct err	 err;
	char		 hash[TOKEN_HASH];
};

/*
 * Reads the configuration and the API key: from token_file, else from
 * CERBERUS_TOKEN, else from the file admin-token beside the configuration.  On
 * failure says why and returns false.
 */
bool	 session_open(struct session *, const char *token_file);

/* The same without a key: nobody's session. */
bool	 session_begin(struct session *);
void	 session_close(struct session *);

/* "cerberus: " and what went wrong, on standard error; STATUS_FAILED. */
int	 session_fail(const struct session *);

#endif
