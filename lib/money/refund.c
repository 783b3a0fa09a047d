/*
 * Refunds: reading the body, and their statements.  cgi-bin/donate.c calls
 * Stripe between them; refunds that the committee paid are in offline.c.
 */
#include "db/db.h"
#include "donation.h"
#include "record/json.h"
#include "refund.h"
#include "rest/doc.h"

#define REASON_MAX	100

static const char sql_refund_begin[] =
    "SELECT ledger_id, payment_intent_id, stripe_account, amount, stripe_key "
    "FROM cerberus.refund_begin($1, $2, $3)";

static const char sql_refund_finish[] =
    "SELECT cerberus.refund_finish($1, $2, $3, $4)";

/* Read the body.  {} or no body means the whole remaining amount. */
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
	struct rows	*rows;

	if (read_refund(rq, &r, e) != 0)
		return -1;
	param[0] = f->donation_id = doc_id(rq->arena, donation_id);
	param[1] = r.value[0];
	param[2] = f->reason = r.value[1];
	if (db_select(rq->db, sql_refund_begin, 3, param, &rows, e) != 0)
		return -1;
	f->ledger_id = rows_text(rows, 0, "ledger_id");
	f->intent = rows_text(rows, 0, "payment_intent_id");
	f->account = rows_int64(rows, 0, "stripe_account");
	f->amount = rows_text(rows, 0, "amount");
	f->key = rows_text(rows, 0, "stripe_key");
	return 0;
}

int
refund_finish(struct req *rq, const struct refund *f, const char *refund,
    struct err *e)
{
	const char	*param[] = { f->ledger_id, refund, NULL, NULL };
	struct rows	*rows;

	return db_select(rq->db, sql_refund_finish, 4, param, &rows, e);
}

void
refund_set_refused(struct req *rq, const struct refund *f, const char *code,
    const char *message)
{
	const char	*param[] = { f->ledger_id, NULL, code, message };
	struct err	*ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	struct rows	*rows;

	if (db_select(rq->db, sql_refund_finish, 4, param, &rows,
	    ignored) != 0)
		/* cerberus reconcile marks the refund later. */
		return;
}
