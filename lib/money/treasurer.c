/*
 * Lists for a treasurer, and the limits of the configuration for their views.
 * Sums are in donation_report.c.
 */
#include <inttypes.h>

#include "donation.h"
#include "people/export.h"
#include "rest/handler.h"
#include "treasurer.h"

static const char *const	 refund_kinds[] = { "refund", "chargeback",
				    NULL };

#define GIFT_REFUND_FIELDS(F, P) \
	F(P, INT,    ledger_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,    donation_id,   .flags = F_SERVER) \
	F(P, INT,    campaign_id,   .flags = F_SERVER) \
	F(P, INT,    voter_id,      .flags = F_SERVER) \
	F(P, TEXT,   kind,          .flags = F_SERVER) \
	F(P, DATE,   refunded_on,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    amount,        .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   currency,      .max = 3, .flags = F_SERVER) \
	F(P, TEXT,   method,        .max = 10, .flags = F_SERVER) \
	F(P, TEXT,   reason,        .flags = F_SERVER) \
	F(P, DATE,   received_on,   .flags = F_SERVER) \
	F(P, TEXT,   first_name,    .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   last_name,     .max = 255, .flags = F_SERVER) \
	F(P, INT,    user_id,       .flags = F_SERVER)
#define GIFT_EXCESS_FIELDS(F, P) \
	F(P, INT,    donation_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,   .flags = F_SERVER) \
	F(P, INT,    voter_id,      .flags = F_SERVER) \
	F(P, TEXT,   first_name,    .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   last_name,     .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   email,         .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   election,      .max = 5, .flags = F_SERVER) \
	F(P, INT,    year,          .flags = F_SERVER) \
	F(P, INT,    contributed,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    contribution_limit, .flags = F_SERVER) \
	F(P, INT,    excess,        .flags = F_SERVER | F_SORT) \
	F(P, DATE,   exceeded_on,   .flags = F_SERVER | F_SORT) \
	F(P, DATE,   refund_by,     .flags = F_SERVER | F_SORT)
#define BEST_EFFORTS_FIELDS(F, P) \
	F(P, INT,    donation_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,   .flags = F_SERVER) \
	F(P, INT,    voter_id,      .flags = F_SERVER) \
	F(P, TEXT,   first_name,    .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   last_name,     .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_line1, .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_line2, .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_city,  .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_state, .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_zip,   .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   email,         .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   phone_number,  .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   employer,      .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   occupation,    .max = 255, .flags = F_SERVER) \
	F(P, DATE,   received_on,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    contributed,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    gifts,         .flags = F_SERVER)
#define STATEMENT_FIELDS(F, P) \
	F(P, INT,    donation_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,   .flags = F_SERVER) \
	F(P, INT,    year,          .flags = F_SERVER) \
	F(P, INT,    voter_id,      .flags = F_SERVER) \
	F(P, TEXT,   first_name,    .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   last_name,     .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_line1, .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_line2, .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_city,  .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_state, .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_zip,   .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   address_country, .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   email,         .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   currency,      .max = 3, .flags = F_SERVER) \
	F(P, INT,    gifts,         .flags = F_SERVER) \
	F(P, TEXT,   given,         .flags = F_SERVER) \
	F(P, TEXT,   refunded,      .flags = F_SERVER) \
	F(P, TEXT,   net,           .flags = F_SERVER) \
	F(P, DATE,   first_gift,    .flags = F_SERVER) \
	F(P, DATE,   last_gift,     .flags = F_SERVER)

enum gift_refund_field {
	GIFT_REFUND_FIELDS(FIELD_ENUM, GIFT_REFUND)
	GIFT_REFUND__MAX
};

static const struct field gift_refund_fields[] = {
	GIFT_REFUND_FIELDS(FIELD_ROW, GIFT_REFUND)
};

static const struct field gift_excess_fields[] = {
	GIFT_EXCESS_FIELDS(FIELD_ROW, GIFT_EXCESS)
};

static const struct field best_efforts_fields[] = {
	BEST_EFFORTS_FIELDS(FIELD_ROW, BEST_EFFORTS)
};

static const struct field statement_fields[] = {
	STATEMENT_FIELDS(FIELD_ROW, STATEMENT)
};

const struct schema gift_refund_schema = {
	.table = "gift_refunds",
	.one = "refund",
	.many = "refunds",
	.key = "ledger_id",
	.field = gift_refund_fields,
	.n = ARRAY_LEN(gift_refund_fields),
};

const struct schema gift_excess_schema = {
	.table = "gift_excess",
	.one = "limit",
	.many = "limits",
	.key = "donation_id",
	.field = gift_excess_fields,
	.n = ARRAY_LEN(gift_excess_fields),
};

const struct schema best_efforts_schema = {
	.table = "gift_best_efforts",
	.one = "donor",
	.many = "donors",
	.key = "donation_id",
	.field = best_efforts_fields,
	.n = ARRAY_LEN(best_efforts_fields),
};

const struct schema statement_schema = {
	.table = "gift_statements",
	.one = "statement",
	.many = "statements",
	.key = "donation_id",
	.field = statement_fields,
	.n = ARRAY_LEN(statement_fields),
};

static const struct filter refund_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "kind", .kind = KIND_CHOICE, .choices = refund_kinds },
	    "t.kind = ?1" },
	{ { .name = "since", .kind = KIND_DATE }, "t.refunded_on >= ?1" },
	{ { .name = "until", .kind = KIND_DATE }, "t.refunded_on <= ?1" },
};

static const struct filter excess_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "election", .kind = KIND_TEXT, .max = 5 },
	    "t.election = ?1" },
	{ { .name = "voter_id", .kind = KIND_INT }, "t.voter_id = ?1" },
};

static const struct filter best_efforts_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "since", .kind = KIND_DATE }, "t.received_on >= ?1" },
	{ { .name = "until", .kind = KIND_DATE }, "t.received_on <= ?1" },
};

static const struct filter statement_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "year", .kind = KIND_INT, .low = 1900, .high = 9999 },
	    "t.year = ?1" },
};

const struct list gift_refund_list = {
	.schema = &gift_refund_schema,
	.filter = refund_filters,
	.n = ARRAY_LEN(refund_filters),
	.sort = GIFT_REFUND_refunded_on,
};

const struct list gift_excess_list = {
	.schema = &gift_excess_schema,
	.filter = excess_filters,
	.n = ARRAY_LEN(excess_filters),
};

const struct list best_efforts_list = {
	.schema = &best_efforts_schema,
	.filter = best_efforts_filters,
	.n = ARRAY_LEN(best_efforts_filters),
};

static const struct list statement_list = {
	.schema = &statement_schema,
	.filter = statement_filters,
	.n = ARRAY_LEN(statement_filters),
};

int
limits_set(struct req *rq, struct err *e)
{
	static const char	 sql[] =
	    "SELECT set_config('cerberus.limits', $1, true)";
	struct buf		 b;
	struct rows		*rows;
	const char		*param;
	char			 sep = '{';

	buf_init_in(&b, rq->arena, SIZE_MAX / 2);
	for (const struct cfg_stripe *k = rq->cfg->stripe.next; k != NULL;
	    k = k->next)
		if (k->contribution_limit > 0) {
			buf_addf(&b, "%c\"%" PRId64 "\":%" PRId64, sep,
			    k->campaign_id, k->contribution_limit);
			sep = ',';
		}
	buf_adds(&b, sep == '{' ? "{}" : "}");
	param = buf_str(&b);
	return db_select(rq->db, sql, 1, &param, &rows, e);
}

/* Call a handler within a transaction, after limits_set(). */
static int
with_limits(struct req *rq, struct resp *rs,
    int (*handle)(struct req *, struct resp *, struct err *), struct err *e)
{
	if (db_begin(rq->db, e) != 0 || limits_set(rq, e) != 0 ||
	    handle(rq, rs, e) != 0)
		return -1;
	return db_commit(rq->db, e);
}

int
limits_call(struct req *rq, struct resp *rs,
    int (*handle)(struct req *, struct resp *, struct err *), struct err *e)
{
	return form_find(&rq->query, "over_limit") != NULL ?
	    with_limits(rq, rs, handle, e) : handle(rq, rs, e);
}

int
donation_rows(struct req *rq, struct resp *rs, struct err *e)
{
	return limits_call(rq, rs, rest_list, e);
}

int
donation_limits(struct req *rq, struct resp *rs, struct err *e)
{
	return with_limits(rq, rs, rest_list, e);
}

int
donation_statements(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 known[] = { "reason", NULL };
	struct sql			 from;
	bool				 all;
	int				 rc;

	sql_init(&from, rq->arena);
	sql_add(&from, "FROM gift_statements t");
	rc = list_where(rq->arena, &rq->query, &statement_list,
	    &donation_managed, known, &from, e);
	if (form_find(&rq->query, "year") == NULL)
		rc = err_field(e, "year", "missing", "year is required.");
	if (rc != 0)
		return -1;
	sql_add(&from, " ORDER BY t.campaign_id, t.last_name, t.first_name, "
	    "t.donation_id, t.currency");
	if (export_allowed(rq, &rq->query, &all, e) != 0)
		return -1;
	return export_stream(rq, rs, &statement_schema, 0, &from, "statements",
	    e);
}
