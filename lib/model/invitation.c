/* Links by which users set their password. */
#include <openssl/crypto.h>

#include "access/password.h"
#include "access/token.h"
#include "db/db.h"
#include "doc.h"
#include "invitation.h"
#include "record/json.h"

static const char sql_create[] = "SELECT cerberus.invitation_create($1, $2)";

static const char sql_good[] = "SELECT cerberus.invitation_good($1)";

static const char sql_redeem[] = "SELECT cerberus.invitation_redeem($1, $2)";

int
invitation_create(struct req *rq, struct resp *rs, int64_t user,
    struct err *e)
{
	char		 token[TOKEN_MAX], hash[TOKEN_HASH];
	const char	*param[] = { doc_id(rq->arena, user), hash };
	struct buf	*b;
	PGresult	*res;
	int		 rc = 0;

	if (!token_new(token) || !token_hash(token, hash))
		return err_detail(e, ERR_INTERNAL, "no random bytes");
	if (db_one(rq->db, sql_create, 2, param, &res, e) != 0)
		return -1;
	if (PQgetisnull(res, 0, 0)) {
		rc = err_set(e, ERR_NOT_FOUND, "User with ID %lld not found.",
		    (long long)user);
	} else {
		b = resp_json(rs, 201);
		buf_adds(b, "{\"url\":");
		/* Behind a #, so that no server's log has the token. */
		if (rq->cfg->site_url == NULL)
			buf_adds(b, "null");
		else
			buf_addf(b, "\"%s/portal/#invitation=%s\"",
			    rq->cfg->site_url, token);
		buf_addf(b, ",\"token\":\"%s\",\"expires_at\":", token);
		json_add_value(b, KIND_TIME, PQgetvalue(res, 0, 0),
		    (size_t)PQgetlength(res, 0, 0));
		buf_addc(b, '}');
	}
	PQclear(res);
	OPENSSL_cleanse(token, sizeof(token));
	return rc;
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
	PGresult	*res;
	bool		 good;
	int		 rc = 0;

	if (password_check("password", password, strlen(password), e) != 0)
		return -1;
	if (!token_hash(token, digest))
		return refuse(e);
	/* Hashing is costly: not for those who only guess. */
	if (db_one(rq->db, sql_good, 1, param, &res, e) != 0)
		return -1;
	good = db_true(res, 0);
	PQclear(res);
	if (!good)
		return refuse(e);
	if (password_hash(password, strlen(password), hash, e) != 0 ||
	    db_one(rq->db, sql_redeem, 2, param, &res, e) != 0)
		return -1;
	if (PQgetisnull(res, 0, 0))
		rc = refuse(e);
	else
		buf_addf(resp_json(rs, 200), "{\"message\":\"The password is "
		    "set; sign in with it.\",\"api_keys_remaining\":%lld}",
		    (long long)db_int64(res, 0));
	PQclear(res);
	return rc;
}
