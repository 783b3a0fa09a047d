/* Requests of managers for members whom they cannot see. */
#include "campaign.h"
#include "db/db.h"
#include "rest/doc.h"
#include "http/route.h"
#include "member.h"
#include "member_request.h"
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
	    .choices = member_request_states }, "t.state = ?" },
};

static const struct list requests = {
	.schema = &member_request_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

/* The body of a request. */
enum { WANTED_user, WANTED_role };

static const struct field wanted_fields[] = {
	[WANTED_user] = { .name = "user", .kind = KIND_TEXT, .max = 254,
	    .flags = F_REQUIRED },
	[WANTED_role] = { .name = "role", .kind = KIND_CHOICE,
	    .choices = member_roles, .flags = F_REQUIRED },
};

const struct schema wanted_schema = {
	.one = "member",
	.many = "members",
	.field = wanted_fields,
	.n = ARRAY_LEN(wanted_fields),
};

static const char sql_request[] =
    "SELECT cerberus.member_request($1, $2, $3)";

static const char sql_manages[] =
    "SELECT caller_is_admin() OR $1 = ANY (caller_campaigns('manager'))";

static const char sql_confirm[] =
    "SELECT user_id, created FROM cerberus.member_confirm($1)";

static const char sql_decline[] = "SELECT cerberus.member_decline($1)";

static int
no_campaign(int64_t id, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "Campaign with ID %lld not found.",
	    (long long)id);
}

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
	PGresult	*res;
	int		 rc = 0;

	if (resource_read(rq, &wanted_schema, true, NULL, &r, e) != 0)
		return -1;
	param[1] = rec_get(&r, WANTED_user);
	param[2] = rec_get(&r, WANTED_role);
	/* RFC 7617: a user name has none. */
	if (strchr(param[1], ':') != NULL)
		return err_field(e, "user", "invalid",
		    "user must not contain a colon.");
	if (db_one(rq->db, sql_request, 3, param, &res, e) != 0)
		return -1;
	if (PQgetisnull(res, 0, 0))
		rc = no_campaign(campaign, e);
	else if (!db_true(res, 0))
		rc = forbidden(e);
	else
		buf_adds(resp_json(rs, 202), "{\"message\":\"Whoever has this "
		    "name or address appears among the members, where need be "
		    "once an admin has confirmed it.\"}");
	PQclear(res);
	return rc;
}

int
member_request_list(struct req *rq, struct resp *rs, int64_t campaign,
    struct err *e)
{
	const char		*id = doc_id(rq->arena, campaign);
	const struct scope	 scope = { "t.campaign_id = ?", id,
				    &campaign_schema };
	PGresult		*res;
	bool			 manages;

	if (campaign == 0)
		return list_answer(rq, rs, &requests, NULL, e);
	if (resource_seen(rq, &campaign_schema, campaign, e) != 0 ||
	    db_one(rq->db, sql_manages, 1, &id, &res, e) != 0)
		return -1;
	manages = db_true(res, 0);
	PQclear(res);
	return manages ? list_answer(rq, rs, &requests, &scope, e) :
	    forbidden(e);
}

int
member_request_confirm(struct req *rq, struct resp *rs, int64_t id,
    struct err *e)
{
	const char	*param[] = { doc_id(rq->arena, id) };
	PGresult	*res;
	int		 rc = 0;

	if (db_one(rq->db, sql_confirm, 1, param, &res, e) != 0)
		return -1;
	if (PQntuples(res) == 0)
		rc = no_request(id, e);
	else
		buf_addf(resp_json(rs, 200), "{\"message\":\"%s\","
		    "\"user_id\":%s,\"created\":%s}", db_true(res, 1) ?
		    "A user was made, who is a member now; invite them with "
		    "POST /users/<id>/invitation." :
		    "The user is a member now.", PQgetvalue(res, 0, 0),
		    db_true(res, 1) ? "true" : "false");
	PQclear(res);
	return rc;
}

int
member_request_decline(struct req *rq, struct resp *rs, int64_t id,
    struct err *e)
{
	const char	*param[] = { doc_id(rq->arena, id) };
	PGresult	*res;
	bool		 found;

	if (db_one(rq->db, sql_decline, 1, param, &res, e) != 0)
		return -1;
	found = db_true(res, 0);
	PQclear(res);
	if (!found)
		return no_request(id, e);
	buf_addf(resp_json(rs, 200), "{\"message\":\"Request %lld was "
	    "declined.\"}", (long long)id);
	return 0;
}
