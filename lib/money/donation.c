/*
 * The schemas of donations, and the statements that record and change one.
 * Reading the bodies is in donor.c, refunds are in refund.c, sums and exports
 * in donation_report.c.
 */
#include "access/token.h"
#include "core/text.h"
#include "db/db.h"
#include "donation.h"
#include "donor.h"
#include "people/proof.h"
#include "rest/doc.h"

const char *const donation_statuses[] = {
	"pending", "requires_action", "processing", "succeeded", "failed",
	"canceled", "partially_refunded", "refunded", "disputed", NULL
};

const char *const donation_methods[] = {
	"card", "ach", "check", "cash", "in_kind", "other", NULL
};

static const struct field donation_fields[] = {
	DONATION_FIELDS(FIELD_ROW, DONATION)
};

static const struct field ledger_fields[] = {
	LEDGER_FIELDS(FIELD_ROW, LEDGER)
};

static const struct field intent_fields[] = {
	INTENT_FIELDS(FIELD_ROW, INTENT)
};

static const struct field details_fields[] = {
	DETAILS_FIELDS(FIELD_ROW, DETAILS)
};

static const struct field offline_fields[] = {
	OFFLINE_FIELDS(FIELD_ROW, OFFLINE)
};

const struct schema donation_schema = {
	.table = "donations",
	.one = "donation",
	.many = "donations",
	.key = "donation_id",
	.field = donation_fields,
	.n = ARRAY_LEN(donation_fields),
	.join = OPT_OUT_JOIN("t.email, t.phone_number"),
	.join_many = OPT_OUT_JOIN_MANY("donation_id",
	    OPT_OUT_FOUND("donations", "donation_id", "email") " UNION ALL "
	    OPT_OUT_FOUND("donations", "donation_id", "phone_number")),
};

const struct schema ledger_schema = {
	.table = "donation_ledger",
	.one = "entry",
	.many = "entries",
	.key = "ledger_id",
	.field = ledger_fields,
	.n = ARRAY_LEN(ledger_fields),
};

const struct schema intent_schema = {
	.one = "donation",
	.many = "donations",
	.field = intent_fields,
	.n = ARRAY_LEN(intent_fields),
};

const struct schema details_schema = {
	.one = "donation",
	.many = "donations",
	.field = details_fields,
	.n = ARRAY_LEN(details_fields),
};

const struct schema offline_schema = {
	.one = "donation",
	.many = "donations",
	.field = offline_fields,
	.n = ARRAY_LEN(offline_fields),
};

static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "status", .kind = KIND_CHOICE,
		.choices = donation_statuses },
	    "t.status = ?1" },
	{ { .name = "method", .kind = KIND_CHOICE,
		.choices = donation_methods },
	    "t.method = ?1" },
	{ { .name = "source", .kind = KIND_TEXT, .max = 20 },
	    "t.source = ?1" },
	/* Days in the campaign's time zone; until includes its day. */
	{ { .name = "since", .kind = KIND_DATE }, "t.counts_on >= ?1" },
	{ { .name = "until", .kind = KIND_DATE }, "t.counts_on <= ?1" },
	{ { .name = "min_amount", .kind = KIND_INT }, "t.amount >= ?1" },
	{ { .name = "voter_id", .kind = KIND_INT }, "t.voter_id = ?1" },
	{ { .name = "refcode", .kind = KIND_TEXT, .max = 255 },
	    "t.refcode = ?1" },
	{ { .name = "election", .kind = KIND_TEXT, .max = 5 },
	    "t.election = ?1" },
	{ { .name = "first_donation_id", .kind = KIND_INT },
	    "t.first_donation_id = ?1" },
	{ { .name = "recurring_status", .kind = KIND_TEXT, .max = 40 },
	    "t.recurring_status = ?1" },
	/* See limits_set(). */
	{ { .name = "over_limit", .kind = KIND_BOOL },
	    "(t.donation_id IN (SELECT l.donation_id FROM gift_limits l "
	    "WHERE l.so_far > l.contribution_limit)) = ?1" },
};

const struct list donation_list = {
	.schema = &donation_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
	.campaign_column = "campaign_id",
};

const struct scope donation_managed = {
	.where = "((SELECT cerberus.caller_is_admin()) OR t.campaign_id = ANY ("
	    "(SELECT cerberus.caller_campaigns('manager'))::bigint[]))",
};

const struct list ledger_list = {
	.schema = &ledger_schema,
};

static const char sql_begin[] =
    "SELECT donation_id, stripe_key, needs_employer, over_limit "
    "FROM cerberus.donation_begin($1, $2, $3, $4, $5, $6)";

static const char sql_set_intent[] =
    "SELECT cerberus.donation_intent($1, $2)";

static const char sql_set_refused[] =
    "SELECT cerberus.donation_refused($1, $2, $3)";

static const char sql_update_details[] =
    "SELECT donation_id, needs_employer, cerberus.recurring_is(donation_id) "
    "AS is_recurring FROM cerberus.donation_details($1, $2)";

/*
 * Run one of the statements above on a donor's answers, with the proof of their
 * consents for the trigger record_donor_consents.
 */
static int
with_proof(struct req *rq, const char *proof, const char *sql, int n,
    const char *const *param, struct rows **rows, struct err *e)
{
	static const char	 set[] =
	    "SELECT set_config('cerberus.proof', $1, true)";
	const struct db_query	 q[] = {
		{ .sql = set, .n = 1, .param = &proof },
		{ .sql = sql, .n = n, .param = param },
	};
	struct rows		*out[2];

	if (db_exec(rq->db, q, 2, out, e) != 0)
		return -1;
	*rows = out[1];
	return 0;
}

int
donation_begin(struct req *rq, const struct rec *r, struct donation *d,
    struct err *e)
{
	const char *const	*v = r->value;
	const struct cfg_stripe	*keys;
	const char		*param[6];
	int64_t			 limit;
	struct rows		*rows;

	if (!text_int64(v[INTENT_campaign_id], strlen(v[INTENT_campaign_id]),
	    &d->campaign_id))
		return err_detail(e, ERR_INTERNAL, "campaign_id");
	keys = cfg_stripe_for(rq->cfg, d->campaign_id);
	limit = cfg_contribution_limit(rq->cfg, d->campaign_id);
	param[0] = keys->secret_key == NULL ? NULL :
	    doc_id(rq->arena, keys->campaign_id);
	param[1] = v[INTENT_campaign_id];
	param[2] = d->amount = v[INTENT_amount];
	param[3] = d->currency = v[INTENT_currency];
	param[4] = donor_json(rq, r, INTENT_first_name);
	param[5] = limit > 0 ? doc_id(rq->arena, limit) : NULL;
	if (with_proof(rq, proof_json(rq, v[INTENT_page_url],
	    v[INTENT_consent_text]), sql_begin, 6, param, &rows, e) != 0)
		return -1;
	if (rows_count(rows) == 0)
		return err_set(e, ERR_NOT_FOUND,
		    "Campaign with ID %s not found.", v[INTENT_campaign_id]);
	if (rows_is_null(rows, 0, "donation_id"))
		return err_slug(e, ERR_UNAVAILABLE, "stripe_not_configured",
		    "Donations are not set up for this campaign.");
	d->id = rows_text(rows, 0, "donation_id");
	d->key = rows_text(rows, 0, "stripe_key");
	d->needs_employer = rows_bool(rows, 0, "needs_employer");
	d->over_limit = rows_int64(rows, 0, "over_limit");
	d->interval = v[INTENT_interval];
	return 0;
}

int
donation_set_intent(struct req *rq, const struct donation *d,
    const char *intent, struct err *e)
{
	const char	*param[] = { d->id, intent };
	struct rows	*rows;

	return db_select(rq->db, sql_set_intent, 2, param, &rows, e);
}

void
donation_set_refused(struct req *rq, const struct donation *d, const char *code,
    const char *message)
{
	const char	*param[] = { d->id, code, message };
	struct err	*ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	struct rows	*rows;

	if (db_select(rq->db, sql_set_refused, 3, param, &rows, ignored) != 0)
		/* The donor gets Stripe's answer anyway, and a donation
		 * without an intent is one that has not been paid. */
		return;
}

int
donation_update_details(struct req *rq, const struct rec *r,
    struct details *out, struct err *e)
{
	const char	*recurring = r->value[DETAILS_is_recurring];
	const char	*param[] = { r->value[DETAILS_payment_intent_id],
			    donor_json(rq, r, DETAILS_first_name) };
	char		*hash;
	struct rows	*rows;

	if (rq->token != NULL) {
		hash = arena_alloc(rq->arena, TOKEN_HASH);
		if (!token_hash(rq->token, hash))
			return err_set(e, ERR_UNAUTHORIZED,
			    "The token is not valid.");
		db_identity(rq->db, hash);
	}
	if (with_proof(rq, proof_json(rq, r->value[DETAILS_page_url],
	    r->value[DETAILS_consent_text]), sql_update_details, 2, param,
	    &rows, e) != 0)
		return -1;
	if (rows_count(rows) == 0)
		return err_set(e, ERR_NOT_FOUND, "Donation not found");
	if (rows_is_null(rows, 0, "donation_id"))
		return err_set(e, ERR_FORBIDDEN,
		    "Donors can change their details for 24 hours only.");
	out->needs_employer = rows_bool(rows, 0, "needs_employer");
	out->is_recurring = rows_bool(rows, 0, "is_recurring");
	out->contradicts = recurring != NULL &&
	    (*recurring == 't') != out->is_recurring;
	return 0;
}
