/*
 * Sums of donations.  Exports are in donation_export.c, lists in treasurer.c.
 */
#include "donation.h"
#include "donation_report.h"
#include "rest/doc.h"
#include "treasurer.h"

#define SUMS \
    "'donations', count(*) FILTER (WHERE amount_received > 0), " \
    "'amount_received', coalesce(sum(amount_received), 0), " \
    "'amount_refunded', coalesce(sum(amount_refunded), 0), " \
    "'amount_disputed', coalesce(sum(amount_disputed), 0), " \
    "'net', coalesce(sum(amount_received - amount_refunded - " \
    "amount_disputed), 0), " \
    "'fees', coalesce(sum(fee), 0), " \
    "'net_of_fees', coalesce(sum(amount_received - amount_refunded - " \
    "amount_disputed - coalesce(fee, 0)), 0)"

/* The end of "WITH d AS (SELECT t.* FROM donations t WHERE ...". */
static const char sql_summary[] =
    ") SELECT json_build_object("
    "'totals', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('currency', currency, " SUMS ") AS o FROM d "
    " GROUP BY currency ORDER BY currency) x), "
    "'by_day', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('day', m.day, 'currency', d.currency, "
    " 'donations', count(*) FILTER (WHERE m.kind = 'gift'), "
    " 'amount_received', coalesce(sum(m.amount) "
    " FILTER (WHERE m.kind = 'gift'), 0), "
    " 'amount_refunded', coalesce(-sum(m.amount) "
    " FILTER (WHERE m.kind = 'refund'), 0), "
    " 'amount_disputed', coalesce(-sum(m.amount) "
    " FILTER (WHERE m.kind IN ('chargeback', 'held')), 0), "
    " 'net', sum(m.amount), "
    /* Fees count on the day of the gift. */
    " 'fees', coalesce(sum(d.fee) FILTER (WHERE m.kind = 'gift'), 0), "
    " 'net_of_fees', sum(m.amount - CASE m.kind WHEN 'gift' "
    " THEN coalesce(d.fee, 0) ELSE 0 END)) AS o "
    " FROM gift_moves m JOIN d USING (donation_id) "
    " GROUP BY m.day, d.currency ORDER BY m.day, d.currency) x), "
    "'by_status', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('status', status, 'currency', currency, "
    " 'count', count(*), 'amount', sum(amount), " SUMS ") AS o FROM d "
    " GROUP BY status, currency ORDER BY status, currency) x), "
    "'by_method', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('method', method, 'currency', currency, "
    " " SUMS ") AS o FROM d GROUP BY method, currency "
    " ORDER BY method, currency) x), "
    "'by_campaign', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('campaign_id', campaign_id, 'currency', "
    " currency, " SUMS ") AS o FROM d GROUP BY campaign_id, currency "
    " ORDER BY campaign_id, currency) x), "
    "'by_refcode', (SELECT coalesce(json_agg(o), '[]') FROM ("
    " SELECT json_build_object('refcode', refcode, 'currency', currency, "
    " " SUMS ") AS o FROM d GROUP BY refcode, currency "
    " ORDER BY refcode NULLS LAST, currency) x))";

static int
summary(struct req *rq, struct resp *rs, struct err *e)
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

int
donation_summary(struct req *rq, struct resp *rs, struct err *e)
{
	return limits_call(rq, rs, summary, e);
}
