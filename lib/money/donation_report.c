/* Sums and exports. */
#include "db/db.h"
#include "donation.h"
#include "donation_report.h"
#include "people/export.h"
#include "http/resp.h"
#include "record/csv.h"

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

	sql_init(&q, rq->arena);
	sql_add(&q, "WITH d AS (SELECT t.* FROM donations t");
	if (list_where(rq->arena, &rq->query, &donation_list, NULL, none, &q,
	    e) != 0)
		goto out;
	sql_add(&q, sql_summary);
	if (db_one(rq->db, buf_str(&q.text), q.n, q.param, &res, e) != 0)
		goto out;
	buf_add(resp_json(rs, 200), PQgetvalue(res, 0, 0),
	    (size_t)PQgetlength(res, 0, 0));
	rc = 0;
out:
	PQclear(res);
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

/* What a manager may only see, as a viewer of another campaign, is left out. */
static const struct scope managed = {
	.where = "((SELECT cerberus.caller_is_admin()) OR t.campaign_id = ANY ("
	    "(SELECT cerberus.caller_campaigns('manager'))::bigint[]))",
};

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
	bool				 fec, all;
	int				 rc = -1;

	sql_init(&q, rq->arena);
	if (!wants_fec(rq, &fec, e))
		goto out;
	export_select(&q, fec);
	if (list_where(rq->arena, &rq->query, &donation_list, &managed, known,
	    &q, e) != 0)
		goto out;
	if (fec)
		sql_add(&q, " AND t.amount_received > 0 "
		    "ORDER BY t.succeeded_at, t.donation_id");
	else
		sql_add(&q, " ORDER BY t.donation_id");
	if (db_begin(rq->db, e) != 0 ||
	    export_allowed(rq, &rq->query, &all, e) != 0)
		goto out;
	if (db_one(rq->db, buf_str(&q.text), q.n, q.param, &res, e) != 0)
		goto out;
	rc = export_rows(rq, rs, fec, e);
	if (rc == 0)
		rc = db_commit(rq->db, e);
out:
	PQclear(res);
	db_rollback(rq->db);
	return rc;
}
