/*
 * The members of a campaign and their roles: list, read, add, remove.  Requests
 * for people whom the caller may not see are in member_request.c.
 */
#include "campaign.h"
#include "db/db.h"
#include "http/route.h"
#include "member.h"
#include "rest/doc.h"
#include "rest/resource.h"

const char *const member_roles[] = { "manager", "editor", "viewer", NULL };

static const struct field fields[] = {
	MEMBER_FIELDS(FIELD_ROW, MEMBER)
};

const struct schema member_schema = {
	.table = "members",
	.one = "member",
	.many = "members",
	.key = "user_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "role", .kind = KIND_CHOICE, .choices = member_roles },
	  "t.role = ?1" },
};

static const struct list members = {
	.schema = &member_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

static const char sql_get[] =
    "SELECT user_id, campaign_id, username, role, created_at, updated_at"
    " FROM members WHERE campaign_id = $1 AND user_id = $2";

static const char sql_put[] =
    "INSERT INTO campaign_members AS m (campaign_id, user_id, role)"
    " SELECT $1::bigint, $2::bigint, $3::varchar"
    " WHERE cerberus.caller_knows($2::bigint) AND (NOT $5::boolean OR EXISTS"
    " (SELECT FROM members o WHERE o.campaign_id = $1 AND o.user_id = $2))"
    " ON CONFLICT (campaign_id, user_id) DO UPDATE SET role = excluded.role"
    " WHERE $4::timestamptz[] IS NULL OR m.updated_at = ANY ($4)"
    " RETURNING m.xmax = 0 AS inserted";

static const char sql_delete[] =
    "DELETE FROM campaign_members m WHERE campaign_id = $1 AND user_id = $2"
    " AND ($3::timestamptz[] IS NULL OR m.updated_at = ANY ($3))";

static int
not_found(int64_t id, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "Member with ID %lld not found.",
	    (long long)id);
}

/* A row that was not written: 412 if If-Match is stale, else 403. */
static int
forbidden(struct req *rq, const struct rows *row, struct err *e)
{
	if (resource_stale(rq, &member_schema, row, e) != 0)
		return -1;
	return err_set(e, ERR_FORBIDDEN, "Your role does not allow this.");
}

static void
show(struct req *rq, struct resp *rs, int status, const struct rows *r)
{
	rs->etag = resource_etag(rq->arena, &member_schema, r, 0);
	doc_row(resp_json(rs, status), &member_schema, r, 0, 0, 0);
}

int
member_list(struct req *rq, struct resp *rs, int64_t campaign, struct err *e)
{
	const struct scope	 scope = { "t.campaign_id = ?1",
				    doc_id(rq->arena, campaign) };

	if (resource_exists(rq, &campaign_schema, campaign, e) != 0)
		return -1;
	return list_answer(rq, rs, &members, &scope, e);
}

int
member_get(struct req *rq, struct resp *rs, int64_t campaign, int64_t user,
    struct err *e)
{
	const char	*param[] = { doc_id(rq->arena, campaign),
			    doc_id(rq->arena, user) };
	struct rows	*r;

	if (db_select(rq->db, sql_get, 2, param, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return not_found(user, e);
	show(rq, rs, 200, r);
	return 0;
}

int
member_put(struct req *rq, struct resp *rs, int64_t campaign, int64_t user,
    struct err *e)
{
	struct rec		 r;
	const char		*param[] = { doc_id(rq->arena, campaign),
				    doc_id(rq->arena, user), NULL,
				    resource_versions(rq),
				    rq->if_match != NULL ? "t" : "f" };
	const struct db_query	 q[] = {
		{ .sql = sql_put, .n = 5, .param = param },
		{ .sql = sql_get, .n = 2, .param = param },
	};
	struct rows		*res[2];

	if (resource_read(rq, &member_schema, true, NULL, &r, e) != 0 ||
	    resource_exists(rq, &campaign_schema, campaign, e) != 0)
		return -1;
	param[2] = rec_get(&r, MEMBER_role);
	if (db_exec(rq->db, q, 2, res, e) != 0)
		return -1;
	if (rows_count(res[0]) > 0) {
		show(rq, rs, rows_bool(res[0], 0, "inserted") ? 201 : 200,
		    res[1]);
		return 0;
	}
	if (rows_count(res[1]) == 0 && rq->if_match == NULL)
		return err_set(e, ERR_NOT_FOUND, "User with ID %lld not found.",
		    (long long)user);
	return forbidden(rq, res[1], e);
}

int
member_delete(struct req *rq, struct resp *rs, int64_t campaign, int64_t user,
    struct err *e)
{
	const char		*param[] = { doc_id(rq->arena, campaign),
				    doc_id(rq->arena, user),
				    resource_versions(rq) };
	const struct db_query	 remove = { .sql = sql_delete, .n = 3,
				    .param = param, .removes = true };
	const struct db_query	 get = { .sql = sql_get, .n = 2,
				    .param = param };
	struct rows		*res[2];

	if (resource_write(rq, &remove, &get, res, e) != 0)
		return -1;
	if (rows_written(res[0]) == 0)
		return rows_count(res[1]) == 0 ? not_found(user, e) :
		    forbidden(rq, res[1], e);
	buf_addf(resp_json(rs, 200),
	    "{\"message\":\"Member %lld deleted successfully.\"}",
	    (long long)user);
	return 0;
}
