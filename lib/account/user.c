/* Users: signing in, passwords, API keys. */
#include <openssl/crypto.h>

#include "access/password.h"
#include "access/token.h"
#include "db/db.h"
#include "http/browser.h"
#include "http/address.h"
#include "http/etag.h"
#include "http/route.h"
#include "record/json.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "second_factor.h"
#include "user.h"

#define PREFIX_LEN	11	/* of a token: enough to recognise it by */

const char *const user_roles[] = { "admin", "user", NULL };

static const struct field user_fields[] = {
	USER_FIELDS(FIELD_ROW, USER)
};

static const struct field api_key_fields[] = {
	API_KEY_FIELDS(FIELD_ROW, API_KEY)
};

const struct schema user_schema = {
	.table = "users",
	.one = "user",
	.many = "users",
	.key = "user_id",
	.field = user_fields,
	.n = ARRAY_LEN(user_fields),
};

const struct schema api_key_schema = {
	.table = "api_keys",
	.one = "API key",
	.many = "api_keys",
	.key = "api_key_id",
	.field = api_key_fields,
	.n = ARRAY_LEN(api_key_fields),
};

static const struct filter user_filters[] = {
	{ { .name = "username", .kind = KIND_TEXT, .max = 100 },
	  "lower(t.username) = lower(?1)" },
	{ { .name = "email_address", .kind = KIND_EMAIL, .max = 254 },
	  "t.email_address = ?1" },
	{ { .name = "role", .kind = KIND_CHOICE, .choices = user_roles },
	  "t.role = ?1" },
	{ { .name = "is_active", .kind = KIND_BOOL }, "t.is_active = ?1" },
};

const struct list user_list = {
	.schema = &user_schema,
	.filter = user_filters,
	.n = ARRAY_LEN(user_filters),
};

static const struct list keys = {
	.schema = &api_key_schema,
};

static const char sql_password_new[] =
    "SELECT cerberus.password_set(currval('users_user_id_seq'), $1)";

static const char sql_password_set[] =
    "SELECT cerberus.password_set($1, $2)";

static const char sql_login_begin[] =
    "SELECT way, wait, user_id, secret"
    " FROM cerberus.login_begin($1, $2, $3, $4)";

static const char sql_login_finish[] =
    "SELECT expires_at, user_id, username, email_address, full_name, role,"
    " is_active, last_login_at, created_at, updated_at, state"
    " FROM cerberus.login_finish($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
    " $11, $12, $13)";

static const char sql_me[] =
    "SELECT user_id, username, email_address, full_name, role, is_active,"
    " last_login_at, created_at, updated_at"
    " FROM users WHERE user_id = cerberus.caller_id()";

static const char sql_my_roles[] =
    "SELECT coalesce(json_agg(json_build_object("
    "'campaign_id', m.campaign_id, 'campaign_name', c.campaign_name,"
    " 'role', m.role) ORDER BY m.campaign_id), '[]')"
    " FROM campaign_members m JOIN campaigns c USING (campaign_id)"
    " WHERE m.user_id = cerberus.caller_id()";

static const char sql_totp_active[] = "SELECT cerberus.totp_active()";

static const char sql_password_begin[] =
    "SELECT way, wait FROM cerberus.password_begin($1)";

static const char sql_password_change[] =
    "SELECT cerberus.password_change($1, $2)";

static const char sql_api_key_create[] =
    "SELECT api_key_id, user_id, name, prefix, created_at, expires_at,"
    " last_used_at FROM cerberus.api_key_create($1, $2, $3, $4)";

static const char sql_api_key_revoke[] =
    "SELECT cerberus.api_key_revoke($1, $2)";

/*
 * The record of the body, and the hash of its password; *hash is NULL where
 * there is none.
 */
static int
read_user(struct req *rq, bool create, struct rec *r, char **hash,
    struct err *e)
{
	static const char *const	 extra[] = { "password", NULL };
	struct json_object		*v = NULL;
	const char			*name;
	int				 rc;

	*hash = NULL;
	rc = resource_read(rq, &user_schema, create, extra, r, e);
	if (!json_object_is_type(rq->json, json_type_object))
		return rc;
	name = rec_get(r, USER_username);
	/* RFC 7617: the first colon ends the name. */
	if (name != NULL && strchr(name, ':') != NULL)
		rc = err_field(e, "username", "invalid",
		    "username must not contain a colon.");
	if (!json_object_object_get_ex(rq->json, "password", &v) ||
	    v == NULL)
		return rc;
	if (!json_object_is_type(v, json_type_string))
		return err_field(e, "password", "invalid_type",
		    "password must be a text.");
	if (password_check("password", json_object_get_string(v),
	    (size_t)json_object_get_string_len(v), e) != 0 || rc != 0)
		return -1;
	*hash = arena_alloc(rq->arena, PASSWORD_HASH);
	return password_hash(json_object_get_string(v),
	    (size_t)json_object_get_string_len(v), *hash, e);
}

int
user_create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec		 r;
	char			*hash;
	const char		*param[1];
	const struct db_query	 password = {
		.sql = sql_password_new, .n = 1, .param = param
	};

	if (read_user(rq, true, &r, &hash, e) != 0)
		return -1;
	param[0] = hash;
	return resource_create(rq, rs, &r, hash != NULL ? &password : NULL,
	    e);
}

/* The row as it is; 412 where If-Match names other versions. */
static int
get_version(struct req *rq, struct resp *rs, int64_t id, struct err *e)
{
	if (resource_get(rq, rs, &user_schema, id, e) != 0)
		return -1;
	if (rq->if_match != NULL && !etag_match(rq->if_match, rs->etag, true))
		return err_set(e, ERR_PRECONDITION, "The user was changed in "
		    "the meantime. Read it again.");
	return 0;
}

/* Adds to the object of the answer what became of the user's keys. */
static void
add_remaining(struct resp *rs, const char *message, int64_t left)
{
	struct buf	*b = &rs->body;

	/* In place of the object's brace. */
	if (b->len > 0)
		b->data[--b->len] = '\0';
	buf_addf(b, "%s\"message\":\"%s\",\"api_keys_remaining\":%lld}",
	    b->len > 1 ? "," : "", message, (long long)left);
}

int
user_update(struct req *rq, struct resp *rs, int64_t id, struct err *e)
{
	struct rec	 r;
	PGresult	*res;
	char		*hash;
	const char	*param[2];
	int64_t		 left;

	if (read_user(rq, false, &r, &hash, e) != 0)
		return -1;
	if (hash == NULL)
		return r.has != 0 ? resource_update(rq, rs, &r, id, e) :
		    resource_get(rq, rs, &user_schema, id, e);
	if (db_begin(rq->db, e) != 0)
		return -1;
	/* The row first: a new password makes a new version of it. */
	if ((r.has != 0 ? resource_update(rq, rs, &r, id, e) :
	    get_version(rq, rs, id, e)) != 0)
		return -1;
	param[0] = arena_printf(rq->arena, "%lld", (long long)id);
	param[1] = hash;
	if (db_one(rq->db, sql_password_set, 2, param, &res, e) != 0)
		return -1;
	left = db_int64(res, 0);
	PQclear(res);
	if (resource_get(rq, rs, &user_schema, id, e) != 0)
		return -1;
	add_remaining(rs, "The password was reset; the user's sessions are "
	    "over.", left);
	return db_commit(rq->db, e);
}

/* Tries are counted by network: whoever has one IPv6 address has 2^64. */
static const char *
counted_as(struct req *rq)
{
	return client_network(rq->arena, rq->remote);
}

/* How many tries are free; NULL: no throttle. */
static const char *
free_tries(struct req *rq)
{
	if (!rq->cfg->rate_limit)
		return NULL;
	return arena_printf(rq->arena, "%lld",
	    (long long)rq->cfg->login_tries);
}

static int
refuse(struct err *e)
{
	return err_slug(e, ERR_UNAUTHORIZED, "invalid_credentials",
	    "The username or the password is wrong.");
}

/* A new token, its hash and what it is recognised by. */
static int
make_token(struct req *rq, char *token, char *hash, char **prefix,
    struct err *e)
{
	if (!token_new(token) || !token_hash(token, hash))
		return err_detail(e, ERR_INTERNAL, "no random bytes");
	*prefix = arena_strndup(rq->arena, token, PREFIX_LEN);
	return 0;
}

/* How a user signs in. */
struct way {
	const char	*way;		/* Argon2 parameters and salt */
	const char	*user_id;
	const char	*secret;	/* of the second factor, sealed */
};

static const char *
text_of(struct req *rq, const PGresult *res, int col)
{
	return PQgetisnull(res, 0, col) ? NULL :
	    arena_strdup(rq->arena, PQgetvalue(res, 0, col));
}

/*
 * Fetches the Argon2 parameters and salt, NULL if the user has no password; 429
 * where the next try has to wait.
 */
static int
find_way(struct req *rq, const char *sql, int n, const char *const *param,
    struct way *w, struct err *e)
{
	PGresult	*res;
	int64_t		 wait;
	int		 user, secret;

	if (db_one(rq->db, sql, n, param, &res, e) != 0)
		return -1;
	wait = db_int64(res, 1);
	*w = (struct way){ .way = text_of(rq, res, 0) };
	if ((user = PQfnumber(res, "user_id")) != -1) {
		secret = PQfnumber(res, "secret");
		w->user_id = text_of(rq, res, user);
		w->secret = text_of(rq, res, secret);
	}
	PQclear(res);
	if (wait == 0)
		return 0;
	e->retry_after = (int)wait;
	return err_slug(e, ERR_RATE, "too_many_attempts", "Too many failed "
	    "attempts to sign in; wait before the next one.");
}

/* The hash of the token that came along, NULL for none: see login_begin(). */
static const char *
device(struct req *rq)
{
	struct err	*ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	char		*hash = arena_alloc(rq->arena, TOKEN_HASH);
	const char	*token = rq->token;

	if (token == NULL && rq->cookie != NULL &&
	    browser_check(rq, ignored) == 0)
		token = rq->cookie;
	return token != NULL && token_hash(token, hash) ? hash : NULL;
}

/* By what its owner recognises a session: printable characters of User-Agent. */
static const char *
agent(struct req *rq)
{
	char	*out, *p;

	if (rq->user_agent == NULL)
		return NULL;
	p = out = arena_alloc(rq->arena, 101);
	for (const char *s = rq->user_agent; *s != '\0' && p < out + 100; s++)
		if (*s >= ' ' && *s <= '~')
			*p++ = *s;
	*p = '\0';
	return out;
}

/* A browser gets the token as a cookie, and its scripts do not see it. */
static void
show_session(struct req *rq, struct resp *rs, const char *token,
    bool browser, const PGresult *res)
{
	struct buf	*b = resp_json(rs, 200);
	bool		 setup = strcmp(PQgetvalue(res, 0, 10), "setup") == 0;

	if (browser)
		browser_cookie(rq, rs, token, setup ? 900 :
		    rq->cfg->session_hours * 3600);
	else
		buf_addf(b, "{\"token\":\"%s\",\"token_type\":\"Bearer\"",
		    token);
	buf_adds(b, browser ? "{\"expires_at\":" : ",\"expires_at\":");
	json_add_value(b, KIND_TIME, PQgetvalue(res, 0, 0),
	    (size_t)PQgetlength(res, 0, 0));
	buf_adds(b, ",\"user\":");
	doc_row(b, &user_schema, ROWS(res), 0, 1, 0);
	if (setup)
		buf_adds(b, ",\"totp_setup_required\":true");
	buf_addc(b, '}');
}

int
user_login(struct req *rq, struct resp *rs, const char *name,
    const char *password, const char *code, bool browser, struct err *e)
{
	const char	*remote = counted_as(rq);
	const char	*begin[] = { name, remote, free_tries(rq),
			    device(rq) };
	struct way	 way;
	struct totp_given given;
	const char	*finish[13];
	char		 proof[PASSWORD_PROOF], hash[PASSWORD_HASH];
	char		 token[TOKEN_MAX], digest[TOKEN_HASH], *prefix;
	size_t		 n = strlen(password);
	PGresult	*res = NULL;
	int		 rc = -1;

	if (n > PASSWORD_MAX)
		return refuse(e);
	if (find_way(rq, sql_login_begin, 4, begin, &way, e) != 0 ||
	    password_proof(way.way, password, n, proof, e) != 0 ||
	    totp_look(rq, way.user_id, way.secret, code, &given, e) != 0 ||
	    make_token(rq, token, digest, &prefix, e) != 0)
		return -1;
	finish[4] = NULL;
	if (way.way != NULL && password_outdated(way.way)) {
		if (password_hash(password, n, hash, e) != 0)
			goto out;
		finish[4] = hash;
	}
	finish[0] = name;
	finish[1] = remote;
	finish[2] = begin[3];
	finish[3] = proof;
	finish[5] = digest;
	finish[6] = prefix;
	finish[7] = arena_printf(rq->arena, "%lld",
	    (long long)rq->cfg->session_hours * 3600);
	finish[8] = agent(rq);
	finish[9] = given.coded;
	finish[10] = given.step;
	finish[11] = given.hash;
	finish[12] = rq->cfg->require_totp;
	if (db_one(rq->db, sql_login_finish, 13, finish, &res, e) != 0)
		goto out;
	if (PQntuples(res) == 0) {
		refuse(e);
		goto out;
	}
	if (strcmp(PQgetvalue(res, 0, 10), "totp") == 0) {
		err_slug(e, ERR_UNAUTHORIZED, "totp_required", code == NULL ?
		    "Signing in needs the code of your second factor as "
		    "well: code." : "The code is wrong, or was used already.");
		goto out;
	}
	show_session(rq, rs, token, browser, res);
	rc = 0;
out:
	PQclear(res);
	OPENSSL_cleanse(proof, sizeof(proof));
	OPENSSL_cleanse(token, sizeof(token));
	return rc;
}

int
user_me(struct req *rq, struct resp *rs, struct err *e)
{
	const struct db_query	 q[] = {
		{ .sql = sql_me }, { .sql = sql_my_roles },
		{ .sql = sql_totp_active }
	};
	PGresult		*res[ARRAY_LEN(q)];
	struct buf		*b;

	if (db_run(rq->db, q, ARRAY_LEN(q), res, e) != 0)
		return -1;
	b = resp_json(rs, 200);
	buf_adds(b, "{\"user\":");
	doc_row(b, &user_schema, ROWS(res[0]), 0, 0, 0);
	buf_adds(b, ",\"campaigns\":");
	buf_adds(b, PQgetvalue(res[1], 0, 0));
	buf_addf(b, ",\"totp\":%s}", db_true(res[2], 0) ? "true" : "false");
	for (size_t i = 0; i < ARRAY_LEN(res); i++)
		PQclear(res[i]);
	return 0;
}

int
user_password(struct req *rq, struct resp *rs, const char *old,
    const char *new, struct err *e)
{
	const char	*begin[] = { free_tries(rq) };
	char		 proof[PASSWORD_PROOF], hash[PASSWORD_HASH];
	const char	*change[] = { proof, hash };
	struct way	 way;
	PGresult	*res;
	bool		 right;
	int64_t		 left;

	if (password_check("new_password", new, strlen(new), e) != 0)
		return -1;
	if (find_way(rq, sql_password_begin, 1, begin, &way, e) != 0)
		return -1;
	if (way.way == NULL)
		return err_slug(e, ERR_CONFLICT, "no_password", "This account "
		    "has no password yet; an admin gives it one with PUT "
		    "/users/<id>.");
	if (strlen(old) > PASSWORD_MAX ||
	    password_proof(way.way, old, strlen(old), proof, e) != 0 ||
	    password_hash(new, strlen(new), hash, e) != 0 ||
	    db_one(rq->db, sql_password_change, 2, change, &res, e) != 0)
		return -1;
	right = !PQgetisnull(res, 0, 0);
	left = db_int64(res, 0);
	PQclear(res);
	OPENSSL_cleanse(proof, sizeof(proof));
	if (!right)
		return err_slug(e, ERR_FORBIDDEN, "wrong_password",
		    "The current password is wrong.");
	buf_adds(resp_json(rs, 200), "{}");
	add_remaining(rs, "Password changed; your other sessions are over.",
	    left);
	return 0;
}

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
				    arena_printf(rq->arena, "%lld",
				    (long long)user), &user_schema };

	return list_answer(rq, rs, &keys, &scope, e);
}

int
api_key_create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;
	struct buf	*b;
	char		 token[TOKEN_MAX], digest[TOKEN_HASH], *prefix;
	const char	*param[4];
	PGresult	*res;

	if (resource_read(rq, &api_key_schema, true, NULL, &r, e) != 0 ||
	    make_token(rq, token, digest, &prefix, e) != 0)
		return -1;
	param[0] = rec_get(&r, API_KEY_name);
	param[1] = prefix;
	param[2] = digest;
	param[3] = rec_get(&r, API_KEY_expires_at);
	if (db_one(rq->db, sql_api_key_create, 4, param, &res, e) != 0)
		return -1;
	b = resp_json(rs, 201);
	buf_addf(b, "{\"token\":\"%s\",\"api_key\":", token);
	doc_row(b, &api_key_schema, ROWS(res), 0, 0, 0);
	buf_addc(b, '}');
	resp_header(rs, "Location", arena_printf(rq->arena, "%s%s/%s",
	    rq->script, rq->path, PQgetvalue(res, 0, 0)));
	PQclear(res);
	OPENSSL_cleanse(token, sizeof(token));
	return 0;
}

int
api_key_revoke(struct req *rq, struct resp *rs, int64_t id, int64_t user,
    struct err *e)
{
	const char	*param[] = {
		arena_printf(rq->arena, "%lld", (long long)id),
		user == 0 ? NULL :
		    arena_printf(rq->arena, "%lld", (long long)user)
	};
	PGresult	*res;
	bool		 found;

	if (db_one(rq->db, sql_api_key_revoke, 2, param, &res, e) != 0)
		return -1;
	found = db_true(res, 0);
	PQclear(res);
	if (!found)
		return err_set(e, ERR_NOT_FOUND,
		    "API key with ID %lld not found.", (long long)id);
	buf_addf(resp_json(rs, 200),
	    "{\"message\":\"API key %lld deleted successfully.\"}",
	    (long long)id);
	return 0;
}
