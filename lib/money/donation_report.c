/* Sums and exports of donations. */
#include "people/export.h"
#include "record/csv.h"
#include "rest/doc.h"
#include "donation.h"
#include "donation_report.h"

#define FETCH		"500"		/* rows of a round trip */
#define PIECE		(64 * 1024)	/* bytes to send at once */
#define ROW_MAX		(32 * 1024 * 1024)

#define SUMS \
    "'donations', count(*) FILTER (WHERE amount_received > 0), " \
    "'amount_received', coalesce(sum(amount_received), 0), " \
    "'amount_refunded', coalesce(sum(amount_refunded), 0), " \
    "'amount_disputed', coalesce(sum(amount_disputed), 0), " \
    "'net', coalesce(sum(amount_received - amount_refunded - " \
    "amount_disputed), 0)"

/* The end of "WITH d AS (SELECT t.* FROM donations t WHERE ...". */
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

	sql_init(&q, rq->arena);
	sql_add(&q, "WITH d AS (SELECT t.* FROM donations t");
	if (list_where(rq->arena, &rq->query, &donation_list, NULL, none, &q,
	    e) != 0)
		return -1;
	sql_add(&q, sql_summary);
	return doc_answer(rq, rs, 200, buf_str(&q.text), q.n, q.param, "", e);
}

/*
 * The columns that a committee files for itemised receipts (FEC, Schedule A).
 * Money is in dollars.  The aggregate is what the donor gave the campaign since
 * the start of the year.  A donor is identified by the e-mail address, or
 * without one by name and ZIP code.
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

/* The campaigns that the caller manages, not all of those that they see. */
static const struct scope managed = {
	.where = "((SELECT cerberus.caller_is_admin()) OR t.campaign_id = ANY ("
	    "(SELECT cerberus.caller_campaigns('manager'))::bigint[]))",
};

/* Read the parameter format; *fec is false for csv, which is the default. */
static int
read_format(struct req *rq, bool *fec, struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "format");

	*fec = p != NULL && strcmp(p->value, "fec") == 0;
	if (p != NULL && !*fec && strcmp(p->value, "csv") != 0)
		return err_field(e, "format", "invalid_choice",
		    "format must be csv or fec.");
	return 0;
}

/* Append the statement up to its WHERE. */
static void
export_select(struct sql *q, bool fec)
{
	sql_add(q, "DECLARE export NO SCROLL CURSOR FOR SELECT ");
	if (!fec)
		sql_columns(q, &donation_schema);
	for (size_t i = 0; fec && i < ARRAY_LEN(fec_columns); i++)
		buf_addf(&q->text, "%s%s", i > 0 ? ", " : "",
		    fec_columns[i].sql);
	buf_addf(&q->text, " FROM donations t %s", fec ? "" :
	    donation_schema.join_many);
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
export_row(struct buf *b, const struct rows *rows, size_t row)
{
	const char	*value;
	size_t		 n;

	for (size_t i = 0; i < rows_columns(rows); i++) {
		if (i > 0)
			buf_addc(b, ',');
		value = rows_at(rows, row, i, &n);
		if (value != NULL)
			csv_add_cell(b, value, n);
	}
	buf_adds(b, "\r\n");
}

static int
client_left(struct err *e)
{
	return err_detail(e, ERR_INTERNAL, "the client left the export");
}

/* Send the buffer if it has at least min bytes, and empty it. */
static int
export_send(struct resp *rs, struct buf *b, size_t min, struct err *e)
{
	if (b->failed)
		return err_detail(e, ERR_INTERNAL, "a row is too long");
	if (b->len < min)
		return 0;
	if (resp_write(rs, b->data, b->len) != 0)
		return client_left(e);
	buf_clear(b, SIZE_MAX);
	return 0;
}

/*
 * Stream the rows of the cursor.  The head of the answer is sent after the
 * first FETCH, so that an error before that still gets its own status.
 */
static int
export_rows(struct req *rq, struct resp *rs, bool fec, struct err *e)
{
	struct buf	 b;
	struct rows	*rows;

	buf_init_in(&b, rq->arena, ROW_MAX);
	export_heading(&b, fec);
	do {
		db_forget(rq->db);
		if (db_select(rq->db, "FETCH " FETCH " FROM export", 0, NULL,
		    &rows, e) != 0)
			return -1;
		if (!rs->started) {
			resp_header(rs, "Content-Disposition",
			    "attachment; filename=\"donations.csv\"");
			if (resp_stream(rs, 200,
			    "text/csv; charset=utf-8") != 0)
				return client_left(e);
		}
		for (size_t i = 0; i < rows_count(rows); i++) {
			export_row(&b, rows, i);
			if (export_send(rs, &b, PIECE, e) != 0)
				return -1;
		}
	} while (rows_count(rows) > 0);
	return export_send(rs, &b, 1, e);
}

int
donation_export(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 known[] = { "format", NULL };
	struct sql			 q;
	struct rows			*rows;
	bool				 fec, all;

	sql_init(&q, rq->arena);
	if (read_format(rq, &fec, e) != 0)
		return -1;
	export_select(&q, fec);
	if (list_where(rq->arena, &rq->query, &donation_list, &managed, known,
	    &q, e) != 0)
		return -1;
	if (fec)
		sql_add(&q, " AND t.amount_received > 0 "
		    "ORDER BY t.succeeded_at, t.donation_id");
	else
		sql_add(&q, " ORDER BY t.donation_id");
	/* The runner rolls back the transaction if any of these fails. */
	if (db_begin(rq->db, e) != 0 ||
	    export_allowed(rq, &rq->query, &all, e) != 0 ||
	    db_select(rq->db, buf_str(&q.text), q.n, q.param, &rows, e) != 0 ||
	    export_rows(rq, rs, fec, e) != 0)
		return -1;
	return db_commit(rq->db, e);
}
