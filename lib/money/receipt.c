/* The receipt of a donation as an HTML page.  Nothing is sent or stored. */
#include "db/db.h"
#include "donation.h"
#include "receipt.h"
#include "rest/doc.h"
#include "rest/resource.h"

static const char sql_receipt[] =
    "SELECT d.donation_id, d.received_on, d.method, d.check_number, "
    "coalesce(c.committee_name, c.campaign_name) AS committee, "
    "c.paid_for_by, nullif(concat_ws(' ', d.first_name, d.last_name), '') "
    "AS donor, d.address_line1, d.address_line2, "
    "nullif(concat_ws(' ', d.address_city, d.address_state, d.address_zip), "
    "'') AS place, d.address_country, "
    "upper(d.currency) || ' ' || money_text(d.amount_received, d.currency) "
    "AS amount, CASE WHEN d.amount_refunded > 0 THEN upper(d.currency) || "
    "' ' || money_text(d.amount_refunded, d.currency) END AS refunded, "
    "d.voided_at, d.amount_received > 0 AS paid "
    "FROM donations d JOIN campaigns c ON c.campaign_id = d.campaign_id "
    "WHERE d.donation_id = $1";

static const struct {
	const char	*method, *name;
} methods[] = {
	{ "card", "Card" }, { "ach", "Bank debit" }, { "check", "Check" },
	{ "cash", "Cash" }, { "in_kind", "In kind" }, { "other", "Other" },
};

static const char *
method_name(const char *method)
{
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (strcmp(methods[i].method, method) == 0)
			return methods[i].name;
	return method;
}

/* Append a row of the table, unless the value is NULL. */
static void
row(struct buf *b, const char *label, const char *value)
{
	if (value == NULL)
		return;
	buf_addf(b, "<tr><th>%s</th><td>", label);
	html_add(b, value);
	buf_adds(b, "</td></tr>\n");
}

static void
page(struct resp *rs, const struct rows *r)
{
	static const char *const	 lines[] = { "donor", "address_line1",
					    "address_line2", "place",
					    "address_country" };
	struct buf			*b = resp_json(rs, 200);
	const char			*committee = rows_text(r, 0,
					    "committee");
	const char			*text;

	rs->type = "text/html; charset=utf-8";
	buf_adds(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>"
	    "<meta charset=\"utf-8\"><title>Receipt ");
	buf_adds(b, rows_text(r, 0, "donation_id"));
	buf_adds(b, "</title></head>\n<body>\n<h1>");
	html_add(b, committee);
	buf_adds(b, "</h1>\n<p>Receipt for a contribution</p>\n<address>");
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if ((text = rows_text(r, 0, lines[i])) != NULL) {
			html_add(b, text);
			buf_adds(b, "<br>\n");
		}
	buf_adds(b, "</address>\n<table>\n");
	row(b, "Receipt", rows_text(r, 0, "donation_id"));
	row(b, "Date", rows_text(r, 0, "received_on"));
	row(b, "Amount", rows_text(r, 0, "amount"));
	row(b, "Refunded", rows_text(r, 0, "refunded"));
	row(b, "Method", method_name(rows_text(r, 0, "method")));
	row(b, "Check", rows_text(r, 0, "check_number"));
	buf_adds(b, "</table>\n<p>Contributions to ");
	html_add(b, committee);
	buf_adds(b, " are not deductible as charitable contributions for "
	    "federal income tax purposes.</p>\n");
	if ((text = rows_text(r, 0, "paid_for_by")) != NULL) {
		buf_adds(b, "<p>");
		html_add(b, text);
		buf_adds(b, "</p>\n");
	}
	buf_adds(b, "</body>\n</html>\n");
}

int
donation_receipt(struct req *rq, struct resp *rs, struct err *e)
{
	const char	*id = doc_id(rq->arena, rq->path_id[0]);
	struct rows	*r;

	if (resource_exists(rq, &donation_schema, rq->path_id[0], e) != 0 ||
	    db_select(rq->db, sql_receipt, 1, &id, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0 || !rows_is_null(r, 0, "voided_at") ||
	    !rows_bool(r, 0, "paid"))
		return err_set(e, ERR_CONFLICT, "Donation %s %s.", id,
		    rows_count(r) > 0 && !rows_is_null(r, 0, "voided_at") ?
		    "is void" : "has not been paid");
	page(rs, r);
	return 0;
}
