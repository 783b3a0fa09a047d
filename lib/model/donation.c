/* Donations. */
#include <inttypes.h>

#include "access/token.h"
#include "core/text.h"
#include "db/db.h"
#include "donation.h"
#include "http/resp.h"
#include "record/csv.h"
#include "record/json.h"

#define AMOUNT_MAX	99999999	/* Stripe's own limit */
#define REASON_MAX	100

const char *const donation_statuses[] = {
	"pending", "requires_action", "processing", "succeeded", "failed",
	"canceled", "partially_refunded", "refunded", "disputed", NULL
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

const struct schema donation_schema = {
	.table = "donations",
	.one = "donation",
	.many = "donations",
	.key = "donation_id",
	.field = donation_fields,
	.n = ARRAY_LEN(donation_fields),
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

/* clang-format off */
static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?" },
	{ { .name = "status", .kind = KIND_CHOICE,
	    .choices = donation_statuses }, "t.status = ?" },
	{ { .name = "since", .kind = KIND_TIME }, "t.created_at >= ?" },
	{ { .name = "until", .kind = KIND_TIME }, "t.created_at < ?" },
	{ { .name = "min_amount", .kind = KIND_INT }, "t.amount >= ?" },
	{ { .name = "voter_id", .kind = KIND_INT }, "t.voter_id = ?" },
};
/* clang-format on */

const struct list donation_list = {
	.schema = &donation_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
	.of = "campaign_id",
};

const struct list ledger_list = {
	.schema = &ledger_schema,
};

static const char sql_begin[] =
    "SELECT donation_id, stripe_key, needs_employer, over_limit "
    "FROM cerberus.donation_begin($1, $2, $3, $4, $5, $6, $7)";

static const char sql_intent[] = "SELECT cerberus.donation_intent($1, $2)";

static const char sql_refused[] =
    "SELECT cerberus.donation_refused($1, $2, $3)";

static const char sql_details[] =
    "SELECT needs_employer FROM cerberus.donation_details($1, $2)";

static const char sql_refund_begin[] =
    "SELECT ledger_id, payment_intent_id, stripe_account, amount, stripe_key "
    "FROM cerberus.refund_begin($1, $2, $3)";

static const char sql_refund_finish[] =
    "SELECT cerberus.refund_finish($1, $2, $3, $4)";

/* A field that nothing better has filled; texts only, others are passed over. */
static int
fill(struct rec *r, const char *name, const char *text, size_t n,
    struct err *e)
{
	int	 i = schema_find(r->schema, name, strlen(name));

	if (i == -1 || r->value[i] != NULL)
		return 0;
	return rec_set(r, (size_t)i, text, n, e);
}

static int
fill_from(struct rec *r, const char *name, struct json_object *o,
    const char *key, struct err *e)
{
	struct json_object	*v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return 0;
	return fill(r, name, json_object_get_string(v),
	    (size_t)json_object_get_string_len(v), e);
}

/* "Mary Ann Smith": the last word is the last name. */
static int
fill_name(struct rec *r, struct json_object *o, struct err *e)
{
	struct json_object	*v;
	const char		*name;
	size_t			 n, last;

	if (!json_object_object_get_ex(o, "name", &v) ||
	    !json_object_is_type(v, json_type_string))
		return 0;
	name = json_object_get_string(v);
	n = (size_t)json_object_get_string_len(v);
	text_trim(&name, &n);
	for (last = n; last > 0 && name[last - 1] != ' '; last--)
		continue;
	if (last == 0)
		return fill(r, "last_name", name, n, e);
	return fill(r, "first_name", name, last, e) |
	    fill(r, "last_name", name + last, n - last, e);
}

/* Stripe's billing_details and the older metadata into the donor's fields. */
static int
read_nested(struct rec *r, struct json_object *in, struct err *e)
{
	static const struct {
		const char	*key, *name;
	} address[] = {
		{ "line1", "address_line1" }, { "line2", "address_line2" },
		{ "city", "address_city" }, { "state", "address_state" },
		{ "postal_code", "address_zip" },
		{ "country", "address_country" },
	}, metadata[] = {
		{ "first_name", "first_name" }, { "last_name", "last_name" },
		{ "address", "address_line1" }, { "employer", "employer" },
		{ "occupation", "occupation" }, { "email", "email" },
		{ "phone_number", "phone_number" },
	};
	struct json_object	*o, *where;
	int			 rc = 0;

	if (json_object_object_get_ex(in, "metadata", &o))
		for (size_t i = 0; i < ARRAY_LEN(metadata); i++)
			rc |= fill_from(r, metadata[i].name, o,
			    metadata[i].key, e);
	if (!json_object_object_get_ex(in, "billing_details", &o))
		return rc;
	rc |= fill_name(r, o, e) | fill_from(r, "email", o, "email", e) |
	    fill_from(r, "phone_number", o, "phone", e);
	if (json_object_object_get_ex(o, "address", &where))
		for (size_t i = 0; i < ARRAY_LEN(address); i++)
			rc |= fill_from(r, address[i].name, where,
			    address[i].key, e);
	return rc;
}

static int
read_body(struct req *rq, const struct schema *s, struct rec *r,
    struct err *e)
{
	struct json_object	*v;
	int			 fees = schema_find(s, "covers_fees",
				    strlen("covers_fees"));
	int			 rc;

	rec_init(r, s, rq->arena);
	if (!json_object_is_type(rq->json, json_type_object))
		return err_set(e, ERR_MALFORMED,
		    "The body must be a JSON object.");
	rc = rec_from_json(r, rq->json, UNKNOWN_IGNORE, NULL, e);
	if (!rec_has(r, (size_t)fees) &&
	    json_object_object_get_ex(rq->json, "cover_fees", &v))
		rc |= rec_set_json(r, (size_t)fees, v, e);
	return rc | read_nested(r, rq->json, e) | rec_require(r, true, e);
}

/* The least amount of a currency; false for one that is not accepted. */
static bool
minimum(const struct cfg *c, const char *currency, int64_t *least)
{
	for (size_t i = 0; i < c->stripe_minimums.n; i++) {
		const char	*w = c->stripe_minimums.word[i];
		const char	*colon = strchr(w, ':');

		if (colon != NULL && strncmp(w, currency,
		    (size_t)(colon - w)) == 0 && currency[colon - w] == '\0')
			return text_int64(colon + 1, strlen(colon + 1), least);
	}
	return false;
}

int
intent_read(struct req *rq, struct rec *r, struct err *e)
{
	const char	*currency, *amount;
	char		*lower;
	int64_t		 least, value;
	int		 rc = read_body(rq, &intent_schema, r, e);

	/* The front ends show these two sentences. */
	if (e->nfields > 0 && err_only_missing(e))
		return err_slug(e, ERR_INVALID, "missing_fields",
		    r->value[INTENT_amount] == NULL ? "Amount is required" :
		    "Campaign ID is required");
	currency = r->value[INTENT_currency];
	lower = arena_strdup(rq->arena, currency != NULL ? currency : "usd");
	text_lower(lower, strlen(lower));
	rec_put(r, INTENT_currency, lower);
	if ((amount = r->value[INTENT_amount]) == NULL)
		return -1;
	if (!minimum(rq->cfg, lower, &least))
		return err_field(e, "currency", "invalid_choice",
		    "%.3s is no currency that is accepted here.", lower);
	if (!text_int64(amount, strlen(amount), &value) || value < least ||
	    value > AMOUNT_MAX)
		return err_field(e, "amount", "out_of_range",
		    "amount must be from %" PRId64 " to %d.", least,
		    AMOUNT_MAX);
	return rc;
}

int
details_read(struct req *rq, struct rec *r, struct err *e)
{
	int	 rc = read_body(rq, &details_schema, r, e);

	if (e->nfields > 0 && err_only_missing(e))
		return err_slug(e, ERR_INVALID, "missing_fields",
		    "Payment Intent ID is required");
	return rc;
}

/* What was said about the donor, from field first to the end, as JSON. */
static const char *
donor_json(struct req *rq, const struct rec *r, size_t first)
{
	struct buf	 b;
	const char	*text;
	char		 sep = '{';

	buf_init(&b, 256 * 1024);
	for (size_t i = first; i < r->schema->n; i++) {
		const struct field	*f = &r->schema->field[i];

		if (r->value[i] == NULL)
			continue;
		buf_addf(&b, "%c\"%s\":", sep, f->name);
		json_add_value(&b, f->kind, r->value[i], strlen(r->value[i]));
		sep = ',';
	}
	buf_adds(&b, sep == '{' ? "{}" : "}");
	text = arena_strdup(rq->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

static const char *
number(struct arena *a, int64_t n)
{
	return arena_printf(a, "%" PRId64, n);
}

static int64_t
number_at(const PGresult *res, int col)
{
	int64_t	 n;

	return !PQgetisnull(res, 0, col) &&
	    text_int64(PQgetvalue(res, 0, col),
	    (size_t)PQgetlength(res, 0, col), &n) ? n : 0;
}

static bool
truth_at(const PGresult *res, int col)
{
	return *PQgetvalue(res, 0, col) == 't';
}

int
donation_begin(struct req *rq, const struct rec *r, struct donation *d,
    struct err *e)
{
	const char *const	*v = r->value;
	const struct cfg_stripe	*keys;
	const char		*param[7];
	int64_t			 limit;
	PGresult		*res;
	int			 rc = -1;

	if (!text_int64(v[INTENT_campaign_id], strlen(v[INTENT_campaign_id]),
	    &d->campaign_id))
		return err_detail(e, ERR_INTERNAL, "campaign_id");
	keys = cfg_stripe_for(rq->cfg, d->campaign_id);
	limit = cfg_contribution_limit(rq->cfg, d->campaign_id);
	param[0] = keys->secret_key == NULL ? NULL :
	    number(rq->arena, keys->campaign_id);
	param[1] = v[INTENT_campaign_id];
	param[2] = d->amount = v[INTENT_amount];
	param[3] = d->currency = v[INTENT_currency];
	param[4] = v[INTENT_voter_id];
	param[5] = donor_json(rq, r, INTENT_first_name);
	param[6] = limit > 0 ? number(rq->arena, limit) : NULL;
	if (db_one(rq->db, sql_begin, 7, param, &res, e) != 0)
		return -1;
	if (PQntuples(res) == 0) {
		err_slug(e, ERR_UNAVAILABLE, "stripe_not_configured",
		    "Donations are not set up for this campaign.");
		goto out;
	}
	d->id = arena_strdup(rq->arena, PQgetvalue(res, 0, 0));
	d->key = arena_strdup(rq->arena, PQgetvalue(res, 0, 1));
	d->needs_employer = truth_at(res, 2);
	d->over_limit = number_at(res, 3);
	rc = 0;
out:
	PQclear(res);
	return rc;
}

int
donation_intent(struct req *rq, const struct donation *d, const char *intent,
    struct err *e)
{
	const char	*param[] = { d->id, intent };
	PGresult	*res;

	if (db_one(rq->db, sql_intent, 2, param, &res, e) != 0)
		return -1;
	PQclear(res);
	return 0;
}

void
donation_refused(struct req *rq, const struct donation *d, const char *code,
    const char *message)
{
	const char	*param[] = { d->id, code, message };
	struct err	*ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	PGresult	*res;

	/* Stripe's answer goes to the donor whether or not this is kept: a
	 * row without an intent is one that nobody paid for. */
	if (db_one(rq->db, sql_refused, 3, param, &res, ignored) == 0)
		PQclear(res);
}

int
donation_details(struct req *rq, const struct rec *r, bool *needs_employer,
    struct err *e)
{
	const char	*param[] = { r->value[DETAILS_payment_intent_id],
			    donor_json(rq, r, DETAILS_first_name) };
	char		*hash;
	PGresult	*res;

	if (rq->token != NULL) {
		hash = arena_alloc(rq->arena, TOKEN_HASH);
		if (!token_hash(rq->token, hash))
			return err_set(e, ERR_UNAUTHORIZED,
			    "The token is not valid.");
		db_identity(rq->db, hash);
	}
	if (db_one(rq->db, sql_details, 2, param, &res, e) != 0)
		return -1;
	*needs_employer = truth_at(res, 0);
	PQclear(res);
	return 0;
}

#define SUMS \
    "'donations', count(*) FILTER (WHERE amount_received > 0), " \
    "'amount_received', coalesce(sum(amount_received), 0), " \
    "'amount_refunded', coalesce(sum(amount_refunded), 0), " \
    "'amount_disputed', coalesce(sum(amount_disputed), 0), " \
    "'net', coalesce(sum(amount_received - amount_refunded - " \
    "amount_disputed), 0)"

/* Behind "WITH d AS (SELECT t.* FROM donations t <where>": the answer. */
static const char sql_summary[] =
    ") SELECT json_build_object("
    "'totals', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('currency', currency, " SUMS ") AS o FROM d "
    " GROUP BY currency ORDER BY currency) x), "
    "'by_day', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('day', succeeded_at::date, 'currency', "
    " currency, " SUMS ") AS o FROM d WHERE succeeded_at IS NOT NULL "
    " GROUP BY succeeded_at::date, currency "
    " ORDER BY succeeded_at::date, currency) x), "
    "'by_status', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('status', status, 'currency', currency, "
    " 'count', count(*), 'amount', sum(amount), " SUMS ") AS o FROM d "
    " GROUP BY status, currency ORDER BY status, currency) x), "
    "'by_campaign', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('campaign_id', campaign_id, 'currency', "
    " currency, " SUMS ") AS o FROM d GROUP BY campaign_id, currency "
    " ORDER BY campaign_id, currency) x))";

int
donation_summary(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 none[] = { NULL };
	struct sql			 q;
	PGresult			*res = NULL;
	int				 rc = -1;

	sql_init(&q);
	sql_add(&q, "WITH d AS (SELECT t.* FROM donations t");
	if (list_where(rq, &donation_list, NULL, none, &q, e) != 0)
		goto out;
	sql_add(&q, sql_summary);
	if (db_one(rq->db, buf_str(&q.text), q.n, q.param, &res, e) != 0)
		goto out;
	buf_add(resp_json(rs, 200), PQgetvalue(res, 0, 0),
	    (size_t)PQgetlength(res, 0, 0));
	rc = 0;
out:
	PQclear(res);
	sql_release(&q);
	return rc;
}

/*
 * The columns that a committee files for itemised receipts (FEC, Schedule A),
 * money as dollars.  The aggregate is the donor's year to date with the
 * campaign, by e-mail, else by name and ZIP.
 */
/* clang-format off */
static const struct {
	const char	*heading;
	const char	*sql;
} fec_columns[] = {
	{ "FORM TYPE", "'SA11AI'" },
	{ "FILER COMMITTEE ID NUMBER", "NULL::text" },
	{ "TRANSACTION ID", "'D' || t.donation_id" },
	{ "ENTITY TYPE", "'IND'" },
	{ "CONTRIBUTOR LAST NAME", "t.last_name" },
	{ "CONTRIBUTOR FIRST NAME", "t.first_name" },
	{ "CONTRIBUTOR STREET 1", "t.address_line1" },
	{ "CONTRIBUTOR STREET 2", "t.address_line2" },
	{ "CONTRIBUTOR CITY", "t.address_city" },
	{ "CONTRIBUTOR STATE", "t.address_state" },
	{ "CONTRIBUTOR ZIP", "t.address_zip" },
	{ "CONTRIBUTION DATE", "to_char(t.succeeded_at, 'YYYYMMDD')" },
	{ "CONTRIBUTION AMOUNT", "to_char(t.amount_received / 100.0, "
	  "'FM999999990.00')" },
	{ "CONTRIBUTION AGGREGATE", "to_char((sum(t.amount_received - "
	  "t.amount_refunded) OVER (PARTITION BY t.campaign_id, t.currency, "
	  "extract(year FROM t.succeeded_at), coalesce(t.email, concat_ws('|', "
	  "lower(t.last_name), lower(t.first_name), left(t.address_zip, 5), "
	  "CASE WHEN t.last_name IS NULL THEN t.donation_id END)) "
	  "ORDER BY t.succeeded_at, t.donation_id)) / 100.0, "
	  "'FM999999990.00')" },
	{ "CONTRIBUTOR EMPLOYER", "t.employer" },
	{ "CONTRIBUTOR OCCUPATION", "t.occupation" },
	{ "MEMO TEXT/DESCRIPTION", "nullif(concat_ws('; ', "
	  "CASE WHEN t.amount_refunded > 0 THEN 'Refunded ' || "
	  "to_char(t.amount_refunded / 100.0, 'FM999999990.00') END, "
	  "CASE WHEN t.amount_disputed > 0 THEN 'Disputed ' || "
	  "to_char(t.amount_disputed / 100.0, 'FM999999990.00') END, "
	  "CASE WHEN t.currency <> 'usd' THEN 'Currency ' || t.currency END), "
	  "'')" },
};
/* clang-format on */

#define FETCH	"500"

/* Exports are for managers: what they may see of others is left out. */
static const struct scope managed = {
	.where = "((SELECT cerberus.caller_is_admin()) OR t.campaign_id = ANY ("
	    "(SELECT cerberus.caller_campaigns('manager'))::bigint[]))",
};

static const char sql_is_manager[] =
    "SELECT cerberus.caller_is_admin() OR "
    "cerberus.caller_campaigns('manager') <> '{}'";

static bool
wants_fec(struct req *rq, bool *fec, struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "format");

	*fec = p != NULL && strcmp(p->value, "fec") == 0;
	if (p != NULL && !*fec && strcmp(p->value, "csv") != 0) {
		err_field(e, "format", "invalid_choice",
		    "format must be csv or fec.");
		return false;
	}
	return true;
}

static void
export_select(struct sql *q, bool fec)
{
	sql_add(q, "DECLARE export NO SCROLL CURSOR FOR SELECT ");
	if (!fec)
		sql_columns(q, &donation_schema);
	for (size_t i = 0; fec && i < ARRAY_LEN(fec_columns); i++)
		buf_addf(&q->text, "%s%s", i > 0 ? ", " : "",
		    fec_columns[i].sql);
	sql_add(q, " FROM donations t");
}

static void
export_heading(struct buf *b, bool fec)
{
	size_t	 n = fec ? ARRAY_LEN(fec_columns) : donation_schema.n;

	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s%s", i > 0 ? "," : "", fec ?
		    fec_columns[i].heading : donation_schema.field[i].name);
	buf_adds(b, "\r\n");
}

static void
export_row(struct buf *b, const PGresult *res, int row)
{
	for (int c = 0; c < PQnfields(res); c++) {
		if (c > 0)
			buf_addc(b, ',');
		csv_add_cell(b, PQgetvalue(res, row, c),
		    (size_t)PQgetlength(res, row, c));
	}
	buf_adds(b, "\r\n");
}

/* Rows as they come, a few hundred at a time. */
static int
export_rows(struct req *rq, struct resp *rs, bool fec, struct err *e)
{
	struct buf	 b;
	PGresult	*res = NULL;
	int		 n, rc = -1;

	buf_init(&b, 8 * 1024 * 1024);
	export_heading(&b, fec);
	do {
		PQclear(res);
		res = NULL;
		if (db_one(rq->db, "FETCH " FETCH " FROM export", 0, NULL,
		    &res, e) != 0)
			goto out;
		if (!rs->started) {
			resp_header(rs, "Content-Disposition",
			    "attachment; filename=\"donations.csv\"");
			if (resp_stream(rs, 200,
			    "text/csv; charset=utf-8") != 0)
				goto gone;
		}
		n = PQntuples(res);
		for (int i = 0; i < n; i++)
			export_row(&b, res, i);
		if (resp_write(rs, b.data, b.len) != 0)
			goto gone;
		buf_clear(&b, SIZE_MAX);
	} while (n > 0);
	rc = 0;
	goto out;
gone:
	/* Nobody is there to be told. */
	rc = err_detail(e, ERR_INTERNAL, "the client left the export");
out:
	PQclear(res);
	buf_release(&b);
	return rc;
}

int
donation_export(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 known[] = { "format", NULL };
	struct sql			 q;
	PGresult			*res = NULL;
	bool				 fec;
	int				 rc = -1;

	sql_init(&q);
	if (!wants_fec(rq, &fec, e))
		goto out;
	export_select(&q, fec);
	if (list_where(rq, &donation_list, &managed, known, &q, e) != 0)
		goto out;
	if (fec)
		sql_add(&q, " AND t.amount_received > 0 "
		    "ORDER BY t.succeeded_at, t.donation_id");
	else
		sql_add(&q, " ORDER BY t.donation_id");
	if (db_begin(rq->db, e) != 0 ||
	    db_one(rq->db, sql_is_manager, 0, NULL, &res, e) != 0)
		goto out;
	if (!truth_at(res, 0)) {
		rc = err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this.");
		goto out;
	}
	PQclear(res);
	res = NULL;
	if (db_one(rq->db, buf_str(&q.text), q.n, q.param, &res, e) != 0)
		goto out;
	rc = export_rows(rq, rs, fec, e);
	if (rc == 0)
		rc = db_commit(rq->db, e);
out:
	PQclear(res);
	db_rollback(rq->db);
	sql_release(&q);
	return rc;
}

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
	param[0] = f->donation_id = number(rq->arena, donation_id);
	param[1] = r.value[0];
	param[2] = f->reason = r.value[1];
	if (db_one(rq->db, sql_refund_begin, 3, param, &res, e) != 0)
		return -1;
	f->ledger_id = arena_strdup(rq->arena, PQgetvalue(res, 0, 0));
	f->intent = arena_strdup(rq->arena, PQgetvalue(res, 0, 1));
	f->account = number_at(res, 2);
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
