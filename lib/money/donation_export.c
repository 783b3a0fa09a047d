/*
 * Exports of donations: CSV, and the rows of the FEC's Schedules A and B.  Sums
 * are in donation_report.c.
 */
#include "donation.h"
#include "donation_export.h"
#include "people/export.h"
#include "people/export_log.h"
#include "record/csv.h"
#include "treasurer.h"

#define FETCH		"500"		/* rows of a round trip */
#define PIECE		(64 * 1024)	/* bytes to send at once */
#define ROW_MAX		(32 * 1024 * 1024)

/* The formats of an export. */
static const struct format {
	const char	*name;
	const char	*from;	/* a table or view, as t */
	const char	*order;
	bool		 lines;	/* rows are lines of the FEC's format */
} formats[] = {
	{ "csv", "donations", "t.donation_id", false },
	{ "fec", "fec_receipts", "t.counts_on, t.donation_id", true },
	{ "fec_b", "fec_refunds", "t.counts_on, t.donation_id", true },
};

/* Return the format of the query; csv is the default.  NULL if unknown. */
static const struct format *
read_format(struct req *rq, struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "format");

	if (p == NULL)
		return &formats[0];
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (strcmp(p->value, formats[i].name) == 0)
			return &formats[i];
	err_field(e, "format", "invalid_choice",
	    "format must be csv, fec or fec_b.");
	return NULL;
}

/* Append FROM and WHERE, by the filters of the query. */
static int
export_from(struct req *rq, const struct format *f, struct sql *q,
    struct err *e)
{
	static const char *const	 known[] = { "format", "reason",
					    NULL };

	sql_add(q, " FROM ");
	sql_add(q, f->from);
	sql_add(q, " t ");
	if (!f->lines)
		sql_add(q, donation_schema.join_many);
	return list_where(rq->arena, &rq->query, &donation_list,
	    &donation_managed, known, q, e);
}

/*
 * Check that the FEC's format can have these rows: 409 that names other
 * currencies, or campaigns whose committee has no id.
 */
static int
export_fileable(struct req *rq, const struct format *f, struct err *e)
{
	struct sql	 q;
	struct rows	*r;
	const char	*text;

	sql_init(&q, rq->arena);
	sql_add(&q, "SELECT string_agg(DISTINCT t.currency, ', ') "
	    "FILTER (WHERE t.currency <> 'usd') AS currencies, "
	    "string_agg(DISTINCT t.campaign_id::text, ', ') "
	    "FILTER (WHERE t.committee_id IS NULL) AS campaigns");
	if (export_from(rq, f, &q, e) != 0 || db_select(rq->db,
	    buf_str(&q.text), q.n, q.param, &r, e) != 0)
		return -1;
	if ((text = rows_text(r, 0, "currencies")) != NULL)
		return err_slug(e, ERR_CONFLICT, "conflict", "The FEC's format "
		    "has US dollars only; leave out the donations in %.100s.",
		    text);
	if ((text = rows_text(r, 0, "campaigns")) != NULL)
		return err_slug(e, ERR_CONFLICT, "conflict", "Set the "
		    "committee_id of these campaigns first: %.200s.", text);
	return 0;
}

static void
export_heading(struct buf *b, const struct format *f)
{
	if (f->lines)
		return;
	for (size_t i = 0; i < donation_schema.n; i++)
		buf_addf(b, "%s%s", i > 0 ? "," : "",
		    donation_schema.field[i].name);
	buf_adds(b, "\r\n");
}

/* Append a row: cells of CSV, or a line of the FEC's format as it is. */
static void
export_row(struct buf *b, const struct format *f, const struct rows *rows,
    size_t row)
{
	const char	*value;
	size_t		 n;

	for (size_t i = 0; i < rows_columns(rows); i++) {
		if (i > 0)
			buf_addc(b, ',');
		value = rows_at(rows, row, i, &n);
		if (value != NULL && f->lines)
			buf_add(b, value, n);
		else if (value != NULL)
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

static int
export_head(struct resp *rs, const struct format *f, struct err *e)
{
	resp_header(rs, "Content-Disposition", f->lines ?
	    "attachment; filename=\"donations.fec\"" :
	    "attachment; filename=\"donations.csv\"");
	if (resp_stream(rs, 200, f->lines ? "text/plain; charset=us-ascii" :
	    "text/csv; charset=utf-8") != 0)
		return client_left(e);
	return 0;
}

/*
 * Stream the rows of the cursor, and count them.  The head of the answer is
 * sent after the first FETCH, so that an error before that still gets its own
 * status.
 */
static int
export_rows(struct req *rq, struct resp *rs, const struct format *f,
    int64_t *n, struct err *e)
{
	struct buf	 b;
	struct rows	*rows;

	buf_init_in(&b, rq->arena, ROW_MAX);
	export_heading(&b, f);
	*n = 0;
	do {
		db_forget(rq->db);
		if (db_select(rq->db, "FETCH " FETCH " FROM export", 0, NULL,
		    &rows, e) != 0 ||
		    (!rs->started && export_head(rs, f, e) != 0))
			return -1;
		*n += (int64_t)rows_count(rows);
		for (size_t i = 0; i < rows_count(rows); i++) {
			export_row(&b, f, rows, i);
			if (export_send(rs, &b, PIECE, e) != 0)
				return -1;
		}
	} while (rows_count(rows) > 0);
	return export_send(rs, &b, 1, e);
}

/* audited: record the export. */
static int
export(struct req *rq, struct resp *rs, bool audited, struct err *e)
{
	const struct format	*f = read_format(rq, e);
	const char		*table = donation_schema.table;
	struct sql		 q;
	struct rows		*rows;
	int64_t			 n;
	bool			 all;

	if (f == NULL)
		return -1;
	sql_init(&q, rq->arena);
	sql_add(&q, "DECLARE export NO SCROLL CURSOR FOR SELECT ");
	if (f->lines)
		sql_add(&q, "t.line");
	else
		sql_columns(&q, &donation_schema);
	if (export_from(rq, f, &q, e) != 0)
		return -1;
	sql_add(&q, " ORDER BY ");
	sql_add(&q, f->order);
	if (export_allowed(rq, &rq->query, &all, e) != 0 ||
	    (audited && export_log_begin(rq, table, e) != 0))
		return -1;
	/* The runner rolls back the transaction if any of these fails. */
	if (db_begin(rq->db, e) != 0 ||
	    (form_find(&rq->query, "over_limit") != NULL &&
	    limits_set(rq, e) != 0) ||
	    (f->lines && export_fileable(rq, f, e) != 0) ||
	    db_select(rq->db, buf_str(&q.text), q.n, q.param, &rows, e) != 0 ||
	    export_rows(rq, rs, f, &n, e) != 0 ||
	    (audited && export_log_end(rq, table, n, e) != 0))
		return -1;
	return db_commit(rq->db, e);
}

int
donation_export(struct req *rq, struct resp *rs, struct err *e)
{
	return export(rq, rs, true, e);
}

int
donation_export_compare(struct req *rq, struct resp *rs, struct err *e)
{
	return export(rq, rs, false, e);
}
