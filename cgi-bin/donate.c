/* donate.cgi: PaymentIntents for donors; gifts, lists, exports for staff. */
#include "http/endpoint.h"
#include "money/donation.h"
#include "money/donation_export.h"
#include "money/donation_report.h"
#include "money/donor.h"
#include "money/offline.h"
#include "money/payout.h"
#include "money/receipt.h"
#include "money/refund.h"
#include "money/treasurer.h"
#include "record/json.h"
#include "rest/doc.h"
#include "rest/handler.h"
#include "rest/resource.h"
#include "stripe/api.h"

static void
add(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

/*
 * Return the parameters of a new payment intent.  After a crash, the metadata
 * identify the donation that it belongs to.
 */
static struct json_object *
intent_form(struct req *rq, const struct donation *d)
{
	struct json_object	*form = json_object_new_object();
	struct json_object	*metadata = json_object_new_object();
	struct json_object	*methods = json_object_new_object();

	add(form, "amount", d->amount);
	add(form, "currency", d->currency);
	add(methods, "enabled", "true");
	json_object_object_add(form, "automatic_payment_methods", methods);
	add(metadata, "donation_id", d->id);
	add(metadata, "campaign_id", doc_id(rq->arena, d->campaign_id));
	add(metadata, "donation_key", d->key);
	json_object_object_add(form, "metadata", metadata);
	return form;
}

/*
 * Return true if o is a payment intent with the donation's amount and
 * currency.
 */
static bool
is_intent(struct json_object *o, const struct donation *d)
{
	struct json_object	*amount;
	const char		*id = stripe_text(o, "id");
	const char		*currency = stripe_text(o, "currency");

	return id != NULL && *id != '\0' && strlen(id) <= 255 &&
	    stripe_text(o, "client_secret") != NULL && currency != NULL &&
	    strcmp(currency, d->currency) == 0 &&
	    json_object_object_get_ex(o, "amount", &amount) &&
	    strcmp(json_object_get_string(amount), d->amount) == 0;
}

static void
show_intent(struct resp *rs, const struct donation *d, struct json_object *o)
{
	struct buf	*b = resp_json(rs, 200);
	const char	*secret = stripe_text(o, "client_secret");
	const char	*id = stripe_text(o, "id");

	buf_adds(b, "{\"clientSecret\":");
	json_add_string(b, secret, strlen(secret));
	buf_adds(b, ",\"paymentIntentId\":");
	json_add_string(b, id, strlen(id));
	buf_addf(b, ",\"donationId\":%s,\"needs_employer\":%s", d->id,
	    d->needs_employer ? "true" : "false");
	if (d->over_limit > 0)
		buf_adds(b, ",\"warning\":\"This donation is over the "
		    "campaign's contribution limit.\"");
	buf_addc(b, '}');
}

/*
 * POST /create-payment-intent: insert the donation, call Stripe, update the
 * donation.  No transaction is open during the call.  See
 * sql/deploy/donation_begin.sql for what happens after a crash at each point.
 */
static int
create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec		 r;
	struct donation		 d = { 0 };
	struct stripe_refusal	 why;
	struct json_object	*form = NULL, *intent = NULL;
	int			 rc = -1;

	if (intent_read(rq, &r, e) != 0 || donation_begin(rq, &r, &d, e) != 0)
		return -1;
	form = intent_form(rq, &d);
	if (stripe_post(rq->cfg, cfg_stripe_for(rq->cfg, d.campaign_id),
	    "/v1/payment_intents", form, d.key, &intent, &why, e) != 0) {
		if (e->code == ERR_CARD)
			donation_set_refused(rq, &d, why.code, e->msg);
		goto out;
	}
	if (!is_intent(intent, &d)) {
		err_detail(e, ERR_UPSTREAM, "stripe: the intent has another "
		    "amount or currency, or lacks its id or secret");
		err_set(e, ERR_UPSTREAM,
		    "The payment provider returned an unexpected answer; "
		    "try again shortly.");
		goto out;
	}
	if (donation_set_intent(rq, &d, stripe_text(intent, "id"), e) != 0)
		goto out;
	show_intent(rs, &d, intent);
	rc = 0;
out:
	json_object_put(form);
	json_object_put(intent);
	return rc;
}

/* POST /update-donation-details: fill in facts about the donor. */
static int
details(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;
	bool		 needs_employer;

	if (details_read(rq, &r, e) != 0 ||
	    donation_update_details(rq, &r, &needs_employer, e) != 0)
		return -1;
	buf_addf(resp_json(rs, 200), "{\"message\":\"Donation details updated "
	    "successfully\",\"needs_employer\":%s}",
	    needs_employer ? "true" : "false");
	return 0;
}

/* GET /:id/ledger: the payments, refunds and disputes of one donation. */
static int
ledger(struct req *rq, struct resp *rs, struct err *e)
{
	const struct scope	 one = {
		.where = "t.donation_id = ?1",
		.value = doc_id(rq->arena, rq->path_id[0]),
	};

	if (resource_exists(rq, &donation_schema, rq->path_id[0], e) != 0)
		return -1;
	return list_answer(rq, rs, &ledger_list, &one, e);
}

static struct json_object *
refund_form(const struct refund *f)
{
	struct json_object	*form = json_object_new_object();
	struct json_object	*metadata = json_object_new_object();

	add(form, "payment_intent", f->intent);
	add(form, "amount", f->amount);
	if (f->reason != NULL)
		add(form, "reason", f->reason);
	add(metadata, "donation_id", f->donation_id);
	add(metadata, "refund_id", f->ledger_id);
	json_object_object_add(form, "metadata", metadata);
	return form;
}

/* POST /:id/refund: 200 with the donation as it is after the refund. */
static int
refund(struct req *rq, struct resp *rs, struct err *e)
{
	struct refund		 f = { 0 };
	struct stripe_refusal	 why;
	struct json_object	*form = NULL, *answer = NULL;
	const char		*text;
	int			 rc = -1;

	if (refund_begin(rq, rq->path_id[0], &f, e) != 0)
		return -1;
	form = refund_form(&f);
	if (stripe_post(rq->cfg, cfg_stripe_for(rq->cfg, f.account),
	    "/v1/refunds", form, f.key, &answer, &why, e) != 0) {
		/* Stripe has refused.  After any other error the outcome is
		 * unknown: the request stays in the ledger until the same call
		 * resumes it, or an event or cerberus reconcile settles it. */
		if (e->code == ERR_CARD)
			refund_set_refused(rq, &f, why.code, e->msg);
		else if (e->code == ERR_UPSTREAM)
			err_set(e, ERR_UPSTREAM, "The payment provider did "
			    "not answer, so the outcome of the refund is "
			    "unknown. Send the same request again within a "
			    "day: it resumes this refund.");
		goto out;
	}
	text = json_object_to_json_string_ext(answer, JSON_C_TO_STRING_PLAIN);
	if (stripe_text(answer, "id") == NULL) {
		err_detail(e, ERR_UPSTREAM, "stripe: the refund has no id");
		goto out;
	}
	if (refund_finish(rq, &f, text, e) != 0)
		goto out;
	rc = resource_get(rq, rs, &donation_schema, rq->path_id[0], e);
out:
	json_object_put(form);
	json_object_put(answer);
	return rc;
}

static const struct route routes[] = {
	{ .method = M_POST, .path = "/create-payment-intent",
	  .access = ACCESS_PUBLIC | ROUTE_OUTSIDE, .body = BODY_JSON,
	  .handle = create },
	{ .method = M_POST, .path = "/update-donation-details",
	  .access = ACCESS_PUBLIC | ROUTE_OUTSIDE, .body = BODY_JSON,
	  .handle = details },
	{ .method = M_GET, .path = "/", .access = ACCESS_STAFF,
	  .handle = donation_rows, .list = &donation_list },
	{ .method = M_POST, .path = "/", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = offline_create },
	{ .method = M_GET, .path = "/refunds", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &gift_refund_list },
	{ .method = M_GET, .path = "/limits", .access = ACCESS_STAFF,
	  .handle = donation_limits, .list = &gift_excess_list },
	{ .method = M_GET, .path = "/best-efforts", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &best_efforts_list },
	{ .method = M_GET, .path = "/statements", .access = ACCESS_STAFF,
	  .params = route_own_params, .type = "text/csv",
	  .handle = donation_statements },
	{ .method = M_GET, .path = "/summary", .access = ACCESS_STAFF,
	  .params = route_own_params, .handle = donation_summary },
	{ .method = M_GET, .path = "/export", .access = ACCESS_STAFF,
	  .params = route_own_params, .type = "text/csv",
	  .handle = donation_export },
	{ .method = M_GET, .path = "/payouts", .access = ACCESS_STAFF,
	  .handle = payout_index, .list = &payout_list },
	{ .method = M_GET, .path = "/payouts/:id", .access = ACCESS_STAFF,
	  .handle = payout_get },
	{ .method = M_GET, .path = "/waiting", .access = ACCESS_STAFF,
	  .handle = waiting_index, .list = &waiting_list },
	{ .method = M_GET, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = rest_get, .schema = &donation_schema },
	{ .method = M_PUT, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = donation_patch },
	{ .method = M_PATCH, .path = "/:id", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = donation_patch },
	{ .method = M_POST, .path = "/:id/void", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = donation_void },
	{ .method = M_POST, .path = "/:id/refunds", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = offline_refund },
	{ .method = M_GET, .path = "/:id/receipt", .access = ACCESS_STAFF,
	  .type = "text/html", .handle = donation_receipt },
	{ .method = M_GET, .path = "/:id/ledger", .access = ACCESS_STAFF,
	  .params = route_own_params, .handle = ledger },
	{ .method = M_POST, .path = "/:id/refund",
	  .access = ACCESS_STAFF | ROUTE_OUTSIDE, .body = BODY_RAW,
	  .handle = refund },
};

int
main(void)
{
	return endpoint_main_stripe(routes, ARRAY_LEN(routes));
}
