/*
 * Invitations: create one, and set a password with one.  Signing in with that
 * password is in login.c.
 */
#include <openssl/crypto.h>

#include "access/password.h"
#include "access/token.h"
#include "db/db.h"
#include "invitation.h"
#include "record/json.h"
#include "rest/doc.h"

static const char sql_create[] =
    "SELECT cerberus.invitation_create($1, $2) AS expires_at";

static const char sql_good[] =
    "SELECT cerberus.invitation_good($1) AS valid";

static const char sql_redeem[] =
    "SELECT cerberus.invitation_redeem($1, $2) AS api_keys";

int
invitation_create(struct req *rq, struct resp *rs, int64_t user,
    struct err *e)
{
	char		 token[TOKEN_MAX], hash[TOKEN_HASH];
	const char	*param[] = { doc_id(rq->arena, user), hash }, *expires;
	struct buf	*b;
	struct rows	*r;

	if (token_issue(token, hash, e) != 0 ||
	    db_select(rq->db, sql_create, 2, param, &r, e) != 0)
		return -1;
	expires = rows_text(r, 0, "expires_at");
	if (expires == NULL)
		return err_set(e, ERR_NOT_FOUND, "User with ID %lld not found.",
		    (long long)user);
	b = resp_json(rs, 201);
	buf_adds(b, "{\"url\":");
	/* Browsers do not send the fragment, so no server logs the token. */
	if (rq->cfg->site_url == NULL)
		buf_adds(b, "null");
	else
		buf_addf(b, "\"%s/portal/#invitation=%s\"",
		    rq->cfg->site_url, token);
	buf_addf(b, ",\"token\":\"%s\",\"expires_at\":", token);
	json_add_value(b, KIND_TIME, expires, strlen(expires));
	buf_addc(b, '}');
	OPENSSL_cleanse(token, sizeof(token));
	return 0;
}

static int
refuse(struct err *e)
{
	return err_slug(e, ERR_NOT_FOUND, "invalid_invitation", "This "
	    "invitation is not valid, was used already, or is older than 72 "
	    "hours. Ask an admin for another one.");
}

int
invitation_redeem(struct req *rq, struct resp *rs, const char *token,
    const char *password, struct err *e)
{
	char		 digest[TOKEN_HASH], hash[PASSWORD_HASH];
	const char	*param[] = { digest, hash };
	struct rows	*r;

	if (password_check("password", password, strlen(password), e) != 0)
		return -1;
	if (!token_hash(token, digest))
		return refuse(e);
	/* Check the token first: hashing a password is expensive. */
	if (db_select(rq->db, sql_good, 1, param, &r, e) != 0)
		return -1;
	if (!rows_bool(r, 0, "valid"))
		return refuse(e);
	if (password_hash(password, strlen(password), hash, e) != 0 ||
	    db_select(rq->db, sql_redeem, 2, param, &r, e) != 0)
		return -1;
	if (rows_is_null(r, 0, "api_keys"))
		return refuse(e);
	buf_addf(resp_json(rs, 200), "{\"message\":\"The password is set; "
	    "sign in with it.\",\"api_keys_remaining\":%lld}",
	    (long long)rows_int64(r, 0, "api_keys"));
	return 0;
}
