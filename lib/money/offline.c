/*
 * Donations that managers record and change: checks of the body, and calls of
 * the SQL functions.  See offline.h.
 */
#include "core/text.h"
#include "db/db.h"
#include "donor.h"
#include "offline.h"
#include "record/json.h"
#include "rest/doc.h"
#include "rest/resource.h"

#define REFUND_MAX	99999999999	/* the FEC's width */
#define CASH_MAX	5000		/* cents of anonymous cash that may be
					 * kept: 11 CFR 110.4(c)(3) */

/* Return what the client should know about a gift, or NULL. */
static const char *
gift_warning(const struct rec *r)
{
	const char *const	*v = r->value;
	int64_t			 amount = 0;

	if (strcmp(v[OFFLINE_method], "cash") != 0 ||
	    v[OFFLINE_voter_id] != NULL || v[OFFLINE_last_name] != NULL ||
	    strcmp(v[OFFLINE_currency], "usd") != 0 ||
	    !text_int64(v[OFFLINE_amount], strlen(v[OFFLINE_amount]),
	    &amount) || amount <= CASH_MAX)
		return NULL;
	return "Anonymous cash over 50.00 may not be kept: promptly dispose of "
	    "the amount over 50.00 for a purpose that has nothing to do with "
	    "an election.";
}

/* Refuse card and ach: only Stripe's events record such gifts. */
static int
method_check(const char *method, struct err *e)
{
	if (method == NULL || (strcmp(method, "card") != 0 &&
	    strcmp(method, "ach") != 0))
		return 0;
	return err_field(e, "method", "invalid_choice",
	    "method must be check, cash, in_kind or other.");
}

/* Answer with a donation, and a warning unless that is NULL. */
static int
show_gift(struct req *rq, struct resp *rs, const char *id, const char *warning,
    struct err *e)
{
	struct buf	*b;
	struct sql	 q;
	struct rows	*rows;

	sql_init(&q, rq->arena);
	sql_add(&q, "SELECT ");
	sql_columns(&q, &donation_schema);
	sql_from(&q, &donation_schema);
	sql_add(&q, " WHERE t.donation_id = ");
	sql_param(&q, id);
	if (db_select(rq->db, buf_str(&q.text), q.n, q.param, &rows, e) != 0)
		return -1;
	rs->etag = resource_etag(rq->arena, &donation_schema, rows, 0);
	resp_header(rs, "Location", arena_printf(rq->arena, "%s%s/%s",
	    rq->script, rq->path, id));
	b = resp_json(rs, 201);
	doc_row(b, &donation_schema, rows, 0, 0, 0);
	if (warning != NULL && b->len > 0) {
		b->len--;	/* the closing brace */
		buf_adds(b, ",\"warning\":");
		json_add_string(b, warning, strlen(warning));
		buf_addc(b, '}');
	}
	return 0;
}

int
offline_create(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 sql[] =
	    "SELECT cerberus.offline_gift($1) AS donation_id";
	const char		*param;
	char			*currency;
	int64_t			 least;
	struct rec		 r;
	struct rows		*rows;
	int			 rc;

	rc = resource_read(rq, &offline_schema, true, NULL, &r, e);
	if (e->code == ERR_MALFORMED)
		return -1;
	currency = arena_strdup(rq->arena, r.value[OFFLINE_currency] != NULL ?
	    r.value[OFFLINE_currency] : "usd");
	text_lower(currency, strlen(currency));
	rec_put(&r, OFFLINE_currency, currency);
	/* All, so that every bad field is named at once. */
	if ((rc | method_check(r.value[OFFLINE_method], e) |
	    currency_check(rq, currency, &least, e) |
	    election_check(r.value[OFFLINE_election], e)) != 0)
		return -1;
	param = donor_json(rq, &r, 0);
	if (db_begin(rq->db, e) != 0 ||
	    db_select(rq->db, sql, 1, &param, &rows, e) != 0 ||
	    show_gift(rq, rs, rows_text(rows, 0, "donation_id"),
	    gift_warning(&r), e) != 0)
		return -1;
	return db_commit(rq->db, e);
}

int
donation_patch(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 sql[] =
	    "SELECT cerberus.donation_correct($1, $2, $3::timestamptz[]) AS ok";
	const char		*param[3];
	struct rec		 r;
	struct rows		*rows;
	int			 rc;

	rc = resource_read(rq, &donation_schema, false, NULL, &r, e);
	if ((rc | election_check(r.value[DONATION_election], e)) != 0)
		return -1;
	param[0] = doc_id(rq->arena, rq->path_id[0]);
	param[1] = donor_changes(rq, &r);
	param[2] = resource_versions(rq);
	if (db_begin(rq->db, e) != 0 ||
	    db_select(rq->db, sql, 3, param, &rows, e) != 0)
		return -1;
	if (!rows_bool(rows, 0, "ok"))
		return err_set(e, ERR_PRECONDITION, "The donation was changed "
		    "in the meantime. Read it again.");
	if (resource_get(rq, rs, &donation_schema, rq->path_id[0], e) != 0)
		return -1;
	return db_commit(rq->db, e);
}

/*
 * Run a statement whose parameters are the path's id and the body's fields, and
 * answer with the donation.
 */
static int
act(struct req *rq, struct resp *rs, const struct schema *body,
    const char *sql, struct err *e)
{
	const char	*param[1 + REC_MAX];
	struct rec	 r;
	struct rows	*rows;

	if (resource_read(rq, body, true, NULL, &r, e) != 0)
		return -1;
	param[0] = doc_id(rq->arena, rq->path_id[0]);
	memcpy(param + 1, r.value, body->n * sizeof(*param));
	if (db_begin(rq->db, e) != 0 ||
	    db_select(rq->db, sql, (int)body->n + 1, param, &rows, e) != 0 ||
	    resource_get(rq, rs, &donation_schema, rq->path_id[0], e) != 0)
		return -1;
	return db_commit(rq->db, e);
}

int
donation_void(struct req *rq, struct resp *rs, struct err *e)
{
	static const struct field	 fields[] = {
		{ .name = "reason", .kind = KIND_TEXT, .max = 500,
		  .flags = F_REQUIRED },
	};
	static const struct schema	 body = { .field = fields,
					    .n = ARRAY_LEN(fields) };

	return act(rq, rs, &body, "SELECT cerberus.donation_void($1, $2)", e);
}

int
offline_refund(struct req *rq, struct resp *rs, struct err *e)
{
	static const struct field	 fields[] = {
		{ .name = "amount", .kind = KIND_INT, .low = 1,
		  .high = REFUND_MAX },
		{ .name = "refunded_on", .kind = KIND_DATE },
		{ .name = "reason", .kind = KIND_TEXT, .max = 500 },
	};
	static const struct schema	 body = { .field = fields,
					    .n = ARRAY_LEN(fields) };

	return act(rq, rs, &body,
	    "SELECT cerberus.offline_refund($1, $2, $3, $4)", e);
}
