/* Giving money back. */
#include "db/db.h"
#include "rest/doc.h"
#include "donation.h"
#include "record/json.h"
#include "refund.h"

#define REASON_MAX	100

static const char sql_refund_begin[] =
    "SELECT ledger_id, payment_intent_id, stripe_account, amount, stripe_key "
    "FROM cerberus.refund_begin($1, $2, $3)";

static const char sql_refund_finish[] =
    "SELECT cerberus.refund_finish($1, $2, $3, $4)";

/* {} and no body at all ask for everything that is left. */
static int
read_refund(struct req *rq, struct rec *r, struct err *e)
{
	static const char *const	 reasons[] = { "duplicate",
					    "fraudulent",
					    "requested_by_customer", NULL };
	static const struct field	 fields[] = {
		{ .name = "amount", .kind = KIND_INT, .low = 1,
		  .high = AMOUNT_MAX },
		{ .name = "reason", .kind = KIND_CHOICE, .max = REASON_MAX,
		  .choices = reasons },
	};
	static const struct schema	 schema = { .field = fields,
					    .n = ARRAY_LEN(fields) };
	struct json_object		*body = NULL;
	int				 rc;

	rec_init(r, &schema, rq->arena);
	if (rq->raw->len == 0)
		return 0;
	if (json_parse(rq->raw->data, rq->raw->len, &body, e) != 0)
		return -1;
	rc = rec_from_json(r, body, UNKNOWN_REFUSE, NULL, e);
	json_object_put(body);
	return rc;
}

int
refund_begin(struct req *rq, int64_t donation_id, struct refund *f,
    struct err *e)
{
	struct rec	 r;
	const char	*param[3];
	PGresult	*res;

	if (read_refund(rq, &r, e) != 0)
		return -1;
	param[0] = f->donation_id = doc_id(rq->arena, donation_id);
	param[1] = r.value[0];
	param[2] = f->reason = r.value[1];
	if (db_one(rq->db, sql_refund_begin, 3, param, &res, e) != 0)
		return -1;
	f->ledger_id = arena_strdup(rq->arena, PQgetvalue(res, 0, 0));
	f->intent = arena_strdup(rq->arena, PQgetvalue(res, 0, 1));
	f->account = db_int64(res, 2);
	f->amount = arena_strdup(rq->arena, PQgetvalue(res, 0, 3));
	f->key = arena_strdup(rq->arena, PQgetvalue(res, 0, 4));
	PQclear(res);
	return 0;
}

int
refund_finish(struct req *rq, const struct refund *f, const char *refund,
    struct err *e)
{
	const char	*param[] = { f->ledger_id, refund, NULL, NULL };
	PGresult	*res;

	if (db_one(rq->db, sql_refund_finish, 4, param, &res, e) != 0)
		return -1;
	PQclear(res);
	return 0;
}

void
refund_refused(struct req *rq, const struct refund *f, const char *code,
    const char *message)
{
	const char	*param[] = { f->ledger_id, NULL, code, message };
	struct err	*ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	PGresult	*res;

	/* A request that is not marked is marked by reconcile. */
	if (db_one(rq->db, sql_refund_finish, 4, param, &res, ignored) == 0)
		PQclear(res);
}
