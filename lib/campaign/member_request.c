/*
 * Member requests: add, list, confirm and decline.  member.c adds users by
 * their ids.
 */
#include "campaign.h"
#include "db/db.h"
#include "member.h"
#include "member_request.h"
#include "rest/doc.h"
#include "rest/resource.h"

const char *const member_request_states[] = {
	"pending", "confirmed", "declined", NULL
};

static const struct field fields[] = {
	MEMBER_REQUEST_FIELDS(FIELD_ROW, MEMBER_REQUEST)
};

const struct schema member_request_schema = {
	.table = "member_requests",
	.one = "member request",
	.many = "member_requests",
	.key = "request_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "state", .kind = KIND_CHOICE,
	    .choices = member_request_states }, "t.state = ?1" },
};

static const struct list requests = {
	.schema = &member_request_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

/* The fields of the body that adds a member. */
enum { ADD_user, ADD_role };

static const struct field add_fields[] = {
	[ADD_user] = { .name = "user", .kind = KIND_TEXT, .max = 254,
	    .flags = F_REQUIRED },
	[ADD_role] = { .name = "role", .kind = KIND_CHOICE,
	    .choices = member_roles, .flags = F_REQUIRED },
};

const struct schema member_add_schema = {
	.one = "member",
	.many = "members",
	.field = add_fields,
	.n = ARRAY_LEN(add_fields),
};

static const char sql_request[] =
    "SELECT cerberus.member_request($1, $2, $3) AS allowed";

static const char sql_manages[] =
    "SELECT caller_is_admin() OR $1 = ANY (caller_campaigns('manager'))"
    " AS manages";

static const char sql_confirm[] =
    "SELECT user_id, created FROM cerberus.member_confirm($1)";

static const char sql_decline[] =
    "SELECT cerberus.member_decline($1) AS declined";

static int
no_request(int64_t id, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "There is no pending request with "
	    "ID %lld.", (long long)id);
}

static int
forbidden(struct err *e)
{
	return err_set(e, ERR_FORBIDDEN, "Your role does not allow this.");
}

int
member_request_add(struct req *rq, struct resp *rs, int64_t campaign,
    struct err *e)
{
	struct rec	 r;
	const char	*param[3] = { doc_id(rq->arena, campaign) };
	struct rows	*done;

	if (resource_read(rq, &member_add_schema, true, NULL, &r, e) != 0)
		return -1;
	param[1] = rec_get(&r, ADD_user);
	param[2] = rec_get(&r, ADD_role);
	/* A user name cannot contain a colon (RFC 7617). */
	if (strchr(param[1], ':') != NULL)
		return err_field(e, "user", "invalid",
		    "user must not contain a colon.");
	if (db_select(rq->db, sql_request, 3, param, &done, e) != 0)
		return -1;
	if (rows_is_null(done, 0, "allowed"))
		return err_set(e, ERR_NOT_FOUND,
		    "Campaign with ID %s not found.", param[0]);
	if (!rows_bool(done, 0, "allowed"))
		return forbidden(e);
	buf_adds(resp_json(rs, 202), "{\"message\":\"The person with this name "
	    "or address appears among the members, if necessary after an admin "
	    "has confirmed it.\"}");
	return 0;
}

int
member_request_list(struct req *rq, struct resp *rs, int64_t campaign,
    struct err *e)
{
	const char		*id = doc_id(rq->arena, campaign);
	const struct scope	 scope = { "t.campaign_id = ?1", id,
				    &campaign_schema };
	struct rows		*r;

	if (campaign == 0)
		return list_answer(rq, rs, &requests, NULL, e);
	if (resource_exists(rq, &campaign_schema, campaign, e) != 0 ||
	    db_select(rq->db, sql_manages, 1, &id, &r, e) != 0)
		return -1;
	return rows_bool(r, 0, "manages") ?
	    list_answer(rq, rs, &requests, &scope, e) : forbidden(e);
}

int
member_request_confirm(struct req *rq, struct resp *rs, int64_t id,
    struct err *e)
{
	const char	*param[] = { doc_id(rq->arena, id) };
	struct rows	*r;
	bool		 created;

	if (db_select(rq->db, sql_confirm, 1, param, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return no_request(id, e);
	created = rows_bool(r, 0, "created");
	buf_addf(resp_json(rs, 200), "{\"message\":\"%s\",\"user_id\":%s,"
	    "\"created\":%s}", created ? "A user was created and is a member "
	    "now; invite them with POST /users/<id>/invitation." :
	    "The user is a member now.", rows_text(r, 0, "user_id"),
	    created ? "true" : "false");
	return 0;
}

int
member_request_decline(struct req *rq, struct resp *rs, int64_t id,
    struct err *e)
{
	const char	*param[] = { doc_id(rq->arena, id) };
	struct rows	*r;

	if (db_select(rq->db, sql_decline, 1, param, &r, e) != 0)
		return -1;
	if (!rows_bool(r, 0, "declined"))
		return no_request(id, e);
	buf_addf(resp_json(rs, 200), "{\"message\":\"Request %lld was "
	    "declined.\"}", (long long)id);
	return 0;
}
