/*
 * Bearer tokens (RFC 6750): of sessions, API keys and invitations.  The
 * database stores only their SHA-256; a token itself is never stored or logged.
 */
#ifndef ACCESS_TOKEN_H
#define ACCESS_TOKEN_H

#include "core/err.h"

#define TOKEN_MAX	128		/* bytes of a token, with its NUL */
#define TOKEN_HASH	(2 + 64 + 1)	/* "\x", hexadecimal digits, NUL */
#define TOKEN_PREFIX	"cb_"
#define TOKEN_SHOWN	11		/* first characters, stored in clear so
					 * that users can tell tokens apart */

/*
 * Write the SHA-256 of a token as PostgreSQL reads a bytea.  Return false if
 * the text cannot be a token.
 */
bool	 token_hash(const char *token, char out[TOKEN_HASH]);

/*
 * Write a new token of 256 random bits; out has room for TOKEN_MAX bytes.
 * Return false if there are no random bytes.
 */
bool	 token_new(char *out);

/*
 * Write a new token and its hash.  Return 0, or -1 (500).  The caller clears
 * the token with OPENSSL_cleanse() when it has been shown.
 */
int	 token_issue(char token[TOKEN_MAX], char hash[TOKEN_HASH],
	    struct err *) MUST_USE;

#endif
