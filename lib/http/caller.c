/*
 * The caller's token: find it, pass it to the database, wipe it.  The database
 * verifies it; req.c parses the headers.
 */
#include <openssl/crypto.h>

#include "access/token.h"
#include "browser.h"
#include "caller.h"
#include "db/db.h"
#include "route.h"

int
caller_identify(struct req *rq, struct err *e)
{
	enum access	 access = route_access(rq->route);
	char		*hash;

	if (access == ACCESS_PUBLIC)
		return 0;
	rq->db->admins_only = access == ACCESS_ADMIN;
	if (!rq->authorization && rq->cookie != NULL) {
		if (browser_check(rq, e) != 0)
			return -1;
		rq->token = rq->cookie;
	}
	if (rq->token == NULL)
		return err_slug(e, ERR_UNAUTHORIZED, "missing_token",
		    "Sign in: send the header Authorization: Bearer "
		    "<token>.");
	hash = arena_alloc(rq->arena, TOKEN_HASH);
	if (!token_hash(rq->token, hash))
		return err_set(e, ERR_UNAUTHORIZED, "The token is not valid.");
	if (access != ACCESS_SETUP)
		db_identity(rq->db, hash);
	return 0;
}

static void
wipe(const char *text)
{
	if (text != NULL)
		OPENSSL_cleanse((void *)(uintptr_t)text, strlen(text));
}

void
caller_wipe(struct req *rq)
{
	wipe(rq->token);
	wipe(rq->basic_password);
	wipe(rq->cookie);
	wipe(rq->io->env(rq->io, "HTTP_AUTHORIZATION"));
	wipe(rq->io->env(rq->io, "REDIRECT_HTTP_AUTHORIZATION"));
	wipe(rq->io->env(rq->io, "HTTP_COOKIE"));
}
