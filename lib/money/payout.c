/*
 * The lists of payouts and of what needs attention.  "cerberus reconcile"
 * (cli/sweep.c) fetches payouts.
 */
#include "db/db.h"
#include "payout.h"
#include "rest/doc.h"
#include "rest/resource.h"

static const struct field payout_fields[] = {
	PAYOUT_FIELDS(FIELD_ROW, PAYOUT)
};

static const struct field waiting_fields[] = {
	WAITING_FIELDS(FIELD_ROW, WAITING)
};

const struct schema payout_schema = {
	.table = "payout_sums",
	.one = "payout",
	.many = "payouts",
	.key = "payout_id",
	.field = payout_fields,
	.n = ARRAY_LEN(payout_fields),
};

const struct schema waiting_schema = {
	.table = "waiting",
	.one = "row",
	.many = "waiting",
	.key = "waiting_id",
	.field = waiting_fields,
	.n = ARRAY_LEN(waiting_fields),
};

static const struct filter payout_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT },
	    "?1 = ANY (t.campaigns)" },
	{ { .name = "status", .kind = KIND_TEXT, .max = 20 },
	    "t.status = ?1" },
	/* Days of arrival at the bank; until includes its day. */
	{ { .name = "since", .kind = KIND_DATE }, "t.arrival_date >= ?1" },
	{ { .name = "until", .kind = KIND_DATE }, "t.arrival_date <= ?1" },
};

static const struct filter waiting_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "kind", .kind = KIND_TEXT, .max = 20 }, "t.kind = ?1" },
	{ { .name = "settled", .kind = KIND_BOOL },
	    "(t.settled_at IS NOT NULL) = ?1" },
};

const struct list payout_list = {
	.schema = &payout_schema,
	.filter = payout_filters,
	.n = ARRAY_LEN(payout_filters),
};

const struct list waiting_list = {
	.schema = &waiting_schema,
	.filter = waiting_filters,
	.n = ARRAY_LEN(waiting_filters),
};

#define TIME_OF(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

static const char sql_payout[] =
    "SELECT doc, md5(doc::text) AS tag FROM ("
    "SELECT to_jsonb(p) - 'campaigns' || jsonb_build_object("
    "'issued_at', " TIME_OF("p.issued_at") ", "
    "'created_at', " TIME_OF("p.created_at") ", "
    "'updated_at', " TIME_OF("p.updated_at") ", "
    "'lines', (SELECT coalesce(jsonb_agg(jsonb_build_object("
    "'kind', b.kind, 'donation_id', d.donation_id, "
    "'campaign_id', d.campaign_id, 'first_name', d.first_name, "
    "'last_name', d.last_name, 'received_on', d.received_on, "
    "'amount', b.amount, 'fee', b.fee, 'net', b.net, "
    "'description', b.description, 'stripe_id', b.stripe_id, "
    "'source_id', b.source_id, 'happened_at', " TIME_OF("b.happened_at") ") "
    "ORDER BY b.happened_at, b.balance_id), '[]') "
    "FROM balance_transactions b "
    "LEFT JOIN donations d ON d.donation_id = b.donation_id "
    "WHERE b.payout_id = p.payout_id AND b.kind <> 'payout')) AS doc "
    "FROM payout_sums p WHERE p.payout_id = $1) x";

/* 403 unless the caller is an admin or manages a campaign. */
static int
managers_only(struct req *rq, struct err *e)
{
	static const char	 sql[] =
	    "SELECT caller_is_admin() OR caller_campaigns('manager') <> '{}' "
	    "AS allowed";
	struct rows		*r;

	if (db_select(rq->db, sql, 0, NULL, &r, e) != 0)
		return -1;
	if (!rows_bool(r, 0, "allowed"))
		return err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this: only managers see it.");
	return 0;
}

int
payout_index(struct req *rq, struct resp *rs, struct err *e)
{
	if (managers_only(rq, e) != 0)
		return -1;
	return list_answer(rq, rs, &payout_list, NULL, e);
}

int
waiting_index(struct req *rq, struct resp *rs, struct err *e)
{
	static const struct scope	 open = {
		.where = "t.settled_at IS NULL",
	};

	if (managers_only(rq, e) != 0)
		return -1;
	return list_answer(rq, rs, &waiting_list,
	    form_find(&rq->query, "settled") == NULL ? &open : NULL, e);
}

int
waiting_settle(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 actions[] = { "dismiss", "accept",
					    NULL };
	static const struct field	 fields[] = {
		{ .name = "action", .kind = KIND_CHOICE, .max = 10,
		  .choices = actions },
		{ .name = "note", .kind = KIND_TEXT, .max = 1000,
		  .flags = F_REQUIRED },
	};
	static const struct schema	 body = { .field = fields,
					    .n = ARRAY_LEN(fields) };
	static const char		 sql[] =
	    "SELECT cerberus.settle_waiting($1, coalesce($2, 'dismiss'), $3)";
	const char			*param[3];
	struct rec			 r;
	struct rows			*rows;

	if (managers_only(rq, e) != 0 ||
	    resource_read(rq, &body, true, NULL, &r, e) != 0)
		return -1;
	param[0] = doc_id(rq->arena, rq->path_id[0]);
	param[1] = r.value[0];
	param[2] = r.value[1];
	if (db_begin(rq->db, e) != 0 ||
	    db_select(rq->db, sql, 3, param, &rows, e) != 0 ||
	    resource_get(rq, rs, &waiting_schema, rq->path_id[0], e) != 0)
		return -1;
	return db_commit(rq->db, e);
}

int
payout_get(struct req *rq, struct resp *rs, struct err *e)
{
	const char	*id = doc_id(rq->arena, rq->path_id[0]);
	struct rows	*r;

	if (managers_only(rq, e) != 0 ||
	    db_select(rq->db, sql_payout, 1, &id, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return err_set(e, ERR_NOT_FOUND,
		    "Payout with ID %s not found.", id);
	/* The lines change without the payout's row. */
	rs->etag = arena_printf(rq->arena, "\"%s\"",
	    rows_text(r, 0, "tag"));
	buf_adds(resp_json(rs, 200), rows_text(r, 0, "doc"));
	return 0;
}
