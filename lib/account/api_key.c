/*
 * The endpoints of API keys, the caller's own and, for admins, those of a user.
 * The tokens themselves are made in access/token.c.
 */
#include <openssl/crypto.h>

#include "access/token.h"
#include "api_key.h"
#include "db/db.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "user.h"

static const struct field fields[] = {
	API_KEY_FIELDS(FIELD_ROW, API_KEY)
};

const struct schema api_key_schema = {
	.table = "api_keys",
	.one = "API key",
	.many = "api_keys",
	.key = "api_key_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct list keys = {
	.schema = &api_key_schema,
};

static const char sql_create[] =
    "SELECT api_key_id, user_id, name, prefix, created_at, expires_at,"
    " last_used_at FROM cerberus.api_key_create($1, $2, $3, $4)";

static const char sql_revoke[] =
    "SELECT cerberus.api_key_revoke($1, $2) AS revoked";

int
api_key_list(struct req *rq, struct resp *rs, struct err *e)
{
	static const struct scope	 own = {
		"(t.user_id = cerberus.caller_id()) = ?1", "t", NULL
	};

	return list_answer(rq, rs, &keys, &own, e);
}

int
api_key_list_of(struct req *rq, struct resp *rs, int64_t user, struct err *e)
{
	const struct scope	 scope = { "t.user_id = ?1",
				    doc_id(rq->arena, user), &user_schema };

	return list_answer(rq, rs, &keys, &scope, e);
}

int
api_key_create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;
	struct buf	*b;
	char		 token[TOKEN_MAX], hash[TOKEN_HASH];
	const char	*param[4];
	struct rows	*key;

	if (resource_read(rq, &api_key_schema, true, NULL, &r, e) != 0 ||
	    token_issue(token, hash, e) != 0)
		return -1;
	param[0] = rec_get(&r, API_KEY_name);
	param[1] = arena_strndup(rq->arena, token, TOKEN_SHOWN);
	param[2] = hash;
	param[3] = rec_get(&r, API_KEY_expires_at);
	if (db_select(rq->db, sql_create, 4, param, &key, e) != 0)
		return -1;
	b = resp_json(rs, 201);
	buf_addf(b, "{\"token\":\"%s\",\"api_key\":", token);
	doc_row(b, &api_key_schema, key, 0, 0, 0);
	buf_addc(b, '}');
	resp_header(rs, "Location", arena_printf(rq->arena, "%s%s/%s",
	    rq->script, rq->path, rows_text(key, 0, "api_key_id")));
	OPENSSL_cleanse(token, sizeof(token));
	return 0;
}

int
api_key_revoke(struct req *rq, struct resp *rs, int64_t id, int64_t user,
    struct err *e)
{
	const char	*param[] = {
		doc_id(rq->arena, id),
		user == 0 ? NULL : doc_id(rq->arena, user)
	};
	struct rows	*r;

	if (db_select(rq->db, sql_revoke, 2, param, &r, e) != 0)
		return -1;
	if (!rows_bool(r, 0, "revoked"))
		return err_set(e, ERR_NOT_FOUND,
		    "API key with ID %lld not found.", (long long)id);
	buf_addf(resp_json(rs, 200),
	    "{\"message\":\"API key %lld deleted successfully.\"}",
	    (long long)id);
	return 0;
}
