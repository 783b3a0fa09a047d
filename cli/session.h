/*
 * The session of a command: the configuration, the database, and the API key of
 * the user that the command acts as.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "access/token.h"
#include "core/cfg.h"
#include "db/db.h"
#include "options.h"

struct session {
	struct cfg	 cfg;
	struct db	 db;
	struct arena	 arena;
	struct err	 err;
	char		 hash[TOKEN_HASH]; /* of the API key; "": no key */
};

/*
 * Read the configuration and the API key, and prepare the database connection.
 * The key is in token_file; if that is NULL, in CERBERUS_TOKEN; else in the
 * file admin-token in the directory of the configuration.
 *
 * Return true on success; the caller then calls session_close().  On failure
 * print why on standard error and return false; nothing is left to release.
 */
bool	 session_open(struct session *, const char *token_file);

/* The same without a key: the database sees an anonymous caller. */
bool	 session_begin(struct session *);

/* Disconnect, free the memory and wipe the key's hash. */
void	 session_close(struct session *);

/* Print the error in err on standard error, and return STATUS_FAILED. */
int	 session_fail(const struct session *);

#endif
