/*
 * Bearer tokens (RFC 6750).  The database knows their SHA-256 alone; a token
 * itself is never stored or logged.
 */
#ifndef ACCESS_TOKEN_H
#define ACCESS_TOKEN_H

#include "core/base.h"

#define TOKEN_MAX	128
#define TOKEN_HASH	(2 + 64 + 1)	/* "\x", hexadecimal digits, NUL */
#define TOKEN_PREFIX	"cb_"

/* The hash as PostgreSQL reads a bytea; false for what cannot be a token. */
bool	 token_hash(const char *token, char out[TOKEN_HASH]);

/* A new token of 256 random bits; out has room for TOKEN_MAX bytes. */
bool	 token_new(char *out);

#endif
