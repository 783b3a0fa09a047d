/*
 * Create, change and read users.  password_change.c lets users change their own
 * password; invitation.c lets them set their first one.
 */
#include "access/password.h"
#include "db/db.h"
#include "http/etag.h"
#include "password_change.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "user.h"

const char *const user_roles[] = { "admin", "user", NULL };

static const struct field fields[] = {
	USER_FIELDS(FIELD_ROW, USER)
};

const struct schema user_schema = {
	.table = "users",
	.one = "user",
	.many = "users",
	.key = "user_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
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
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

static const char sql_password_new[] =
    "SELECT cerberus.password_set(currval('users_user_id_seq'), $1)";

static const char sql_password_set[] =
    "SELECT cerberus.password_set($1, $2) AS api_keys";

static const char sql_me[] =
    "SELECT user_id, username, email_address, full_name, role, is_active,"
    " last_login_at, created_at, updated_at"
    " FROM users WHERE user_id = cerberus.caller_id()";

static const char sql_my_roles[] =
    "SELECT coalesce(json_agg(json_build_object("
    "'campaign_id', m.campaign_id, 'campaign_name', c.campaign_name,"
    " 'role', m.role) ORDER BY m.campaign_id), '[]')"
    " AS roles"
    " FROM campaign_members m JOIN campaigns c USING (campaign_id)"
    " WHERE m.user_id = cerberus.caller_id()";

static const char sql_totp_active[] =
    "SELECT cerberus.totp_active() AS active";

/*
 * Read the body into a record, and hash its password, if there is one; else
 * *hash is NULL.
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
	/* In HTTP Basic the first colon ends the name (RFC 7617). */
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

/* Answer with the unchanged row; 412 if If-Match names other versions. */
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

int
user_update(struct req *rq, struct resp *rs, int64_t id, struct err *e)
{
	struct rec	 r;
	struct rows	*set;
	char		*hash;
	const char	*param[2];

	if (read_user(rq, false, &r, &hash, e) != 0)
		return -1;
	if (hash == NULL)
		return resource_update(rq, rs, &r, id, e);
	if (db_begin(rq->db, e) != 0)
		return -1;
	/* The row first: the new password changes the row's version. */
	if ((r.has != 0 ? resource_update(rq, rs, &r, id, e) :
	    get_version(rq, rs, id, e)) != 0)
		return -1;
	param[0] = doc_id(rq->arena, id);
	param[1] = hash;
	if (db_select(rq->db, sql_password_set, 2, param, &set, e) != 0 ||
	    resource_get(rq, rs, &user_schema, id, e) != 0)
		return -1;
	password_add_result(rs, "The password was reset and the user's "
	    "sessions were ended.", rows_int64(set, 0, "api_keys"));
	return db_commit(rq->db, e);
}

int
user_me(struct req *rq, struct resp *rs, struct err *e)
{
	const struct db_query	 q[] = {
		{ .sql = sql_me }, { .sql = sql_my_roles },
		{ .sql = sql_totp_active }
	};
	struct rows		*res[ARRAY_LEN(q)];
	struct buf		*b;

	if (db_exec(rq->db, q, ARRAY_LEN(q), res, e) != 0)
		return -1;
	b = resp_json(rs, 200);
	buf_adds(b, "{\"user\":");
	doc_row(b, &user_schema, res[0], 0, 0, 0);
	buf_adds(b, ",\"campaigns\":");
	buf_adds(b, rows_text(res[1], 0, "roles"));
	buf_addf(b, ",\"totp\":%s}",
	    rows_bool(res[2], 0, "active") ? "true" : "false");
	return 0;
}
