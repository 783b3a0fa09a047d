/* donate.cgi: PaymentIntents for donors; gifts, lists, exports for staff. */
#include "http/endpoint.h"
#include "import/gift_mapping.h"
#include "import/gift_upload.h"
#include "money/actblue.h"
#include "money/admission.h"
#include "money/checkout.h"
#include "money/donation.h"
#include "money/donation_export.h"
#include "money/donation_report.h"
#include "money/donor.h"
#include "money/intent.h"
#include "money/manage.h"
#include "money/offline.h"
#include "money/payout.h"
#include "money/receipt.h"
#include "money/recurring.h"
#include "money/refund.h"
#include "money/treasurer.h"
#include "record/json.h"
#include "rest/doc.h"
#include "rest/handler.h"
#include "rest/resource.h"
#include "stripe/api.h"
#include "stripe/challenge.h"
#include "stripe/ending.h"

static void
add(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

/*
 * Verify the response to a challenge, if there is one, or count the attempt
 * against the campaign's limit.  400 if the service does not confirm the
 * response.  If the service does not answer, the attempt is counted as if the
 * donor had sent no response.
 */
static int
admit(struct req *rq, const char *campaign, struct err *e)
{
	bool		 asked = rq->cfg->challenge_url != NULL;
	bool		 solved = false;
	const char	*response;
	struct err	*ignored = arena_zalloc(rq->arena, sizeof(*ignored));

	if (admission_response(rq, &response, e) != 0)
		return -1;
	if (asked && response != NULL && challenge_verify(rq->cfg, response,
	    rq->remote, &solved, ignored) == 0) {
		if (solved)
			return 0;
		return err_field(e, "challenge_response", "challenge_failed",
		    "The challenge was not solved; solve it again.");
	}
	return admission_count(rq, campaign, asked, e);
}

/*
 * Cancel one intent of the account whose cards were declined too often.  Those
 * who try out cards cause the requests that end their intents.
 */
static void
end_declined(struct req *rq, int64_t campaign)
{
	struct err	*ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	struct ending	 n = { 0 };

	if (intents_end(rq->cfg, rq->db, rq->arena,
	    cfg_stripe_for(rq->cfg, campaign), false, 1, &n, ignored) != 0)
		/* The next request or cerberus tidy does it. */
		return;
}

/* Set the donor's link of a donation that is repeated. */
static int
link_series(struct req *rq, struct donation *d, struct err *e)
{
	return d->interval == NULL ? 0 :
	    manage_url(rq, d->id, &d->manage_url, e);
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
	struct json_object	*metadata, *answer = NULL, *intent;
	bool			 once;
	int			 rc;

	if (intent_read(rq, &r, e) != 0 ||
	    admit(rq, r.value[INTENT_campaign_id], e) != 0 ||
	    donation_begin(rq, &r, &d, e) != 0 ||
	    link_series(rq, &d, e) != 0)
		return -1;
	once = d.interval == NULL;
	metadata = intent_metadata(rq, &d);
	rc = once ? intent_make(rq, &d, metadata, &answer, &why, e) :
	    recurring_make(rq, &d, metadata, r.value[INTENT_email], &answer,
	    &why, e);
	if (rc != 0) {
		if (e->code == ERR_CARD)
			donation_set_refused(rq, &d, why.code, e->msg);
		goto out;
	}
	intent = once ? answer : recurring_intent(answer);
	if ((rc = intent_check(intent, &d, e)) != 0)
		goto out;
	rc = once ?
	    donation_set_intent(rq, &d, stripe_text(intent, "id"), e) :
	    recurring_set(rq, &d, answer, e);
	if (rc == 0) {
		intent_show(rs, &d, intent);
		end_declined(rq, d.campaign_id);
	}
out:
	json_object_put(metadata);
	json_object_put(answer);
	return rc;
}

/*
 * Redirect a browser that sent a form to the page where the donor pays; give
 * other clients its address.
 */
static void
show_page(struct req *rq, struct resp *rs, const struct donation *d,
    const char *url)
{
	struct buf	*b;

	if (rq->form.pair != NULL &&
	    accept_prefers(rq->accept, "text/html", "application/json")) {
		rs->status = 303;
		resp_header(rs, "Location", url);
		return;
	}
	b = resp_json(rs, 200);
	buf_adds(b, "{\"url\":");
	json_add_string(b, url, strlen(url));
	if (d->manage_url != NULL) {
		buf_adds(b, ",\"manageUrl\":");
		json_add_string(b, d->manage_url, strlen(d->manage_url));
	}
	buf_addf(b, ",\"donationId\":%s}", d->id);
}

/*
 * POST /checkout: insert the donation and send the browser to a page of
 * Stripe's, where the donor pays.  The events name the donation.
 */
static int
checkout(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec		 r;
	struct donation		 d = { 0 };
	struct stripe_refusal	 why;
	struct json_object	*metadata = NULL, *form = NULL, *answer = NULL;
	const char		*url, *paid_for_by;
	int			 rc = -1;

	if (intent_read(rq, &r, e) != 0 ||
	    checkout_return(rq, r.value[INTENT_campaign_id], &url,
	    &paid_for_by, e) != 0 ||
	    admit(rq, r.value[INTENT_campaign_id], e) != 0 ||
	    donation_begin(rq, &r, &d, e) != 0 ||
	    link_series(rq, &d, e) != 0)
		return -1;
	if (url == NULL)
		url = manage_thanks_url(rq, d.manage_url);
	metadata = intent_metadata(rq, &d);
	form = checkout_form(&d, metadata, r.value[INTENT_email],
	    paid_for_by, url);
	if (stripe_post(rq->cfg, cfg_stripe_for(rq->cfg, d.campaign_id),
	    "/v1/checkout/sessions", form, d.key, &answer, &why, e) != 0) {
		if (e->code == ERR_CARD)
			donation_set_refused(rq, &d, why.code, e->msg);
		goto out;
	}
	if ((url = checkout_page(answer, &d)) == NULL) {
		err_detail(e, ERR_UPSTREAM, "stripe: the session has another "
		    "amount or currency, or lacks its address");
		err_set(e, ERR_UPSTREAM,
		    "The payment provider returned an unexpected answer; "
		    "try again shortly.");
		goto out;
	}
	show_page(rq, rs, &d, url);
	end_declined(rq, d.campaign_id);
	rc = 0;
out:
	json_object_put(metadata);
	json_object_put(form);
	json_object_put(answer);
	return rc;
}

/* POST /update-donation-details: fill in facts about the donor. */
static int
details(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;
	struct details	 d;
	struct buf	*b;

	if (details_read(rq, &r, e) != 0 ||
	    donation_update_details(rq, &r, &d, e) != 0)
		return -1;
	b = resp_json(rs, 200);
	buf_addf(b, "{\"message\":\"Donation details updated "
	    "successfully\",\"needs_employer\":%s,\"is_recurring\":%s",
	    d.needs_employer ? "true" : "false",
	    d.is_recurring ? "true" : "false");
	if (d.contradicts)
		buf_addf(b, ",\"warning\":\"Whether a donation is repeated is "
		    "decided when it begins: this one is %s.\"",
		    d.is_recurring ? "repeated until the donor stops it" :
		    "made once");
	buf_addc(b, '}');
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
	{ .method = M_POST, .path = "/checkout",
	  .access = ACCESS_PUBLIC | ROUTE_OUTSIDE, .body = BODY_FORM,
	  .handle = checkout },
	{ .method = M_GET, .path = "/thanks", .access = ACCESS_PUBLIC,
	  .type = "text/html", .handle = manage_thanks },
	{ .method = M_GET, .path = "/manage/:id",
	  .access = ACCESS_PUBLIC | ROUTE_OUTSIDE, .params = manage_params,
	  .handle = manage_portal },
	{ .method = M_POST, .path = "/update-donation-details",
	  .access = ACCESS_PUBLIC | ROUTE_OUTSIDE, .body = BODY_JSON,
	  .handle = details },
	{ .method = M_POST, .path = "/actblue/:id",
	  .access = ACCESS_PUBLIC | ROUTE_UNLIMITED, .body = BODY_RAW,
	  .handle = actblue_post },
	{ .method = M_GET, .path = "/", .access = ACCESS_STAFF,
	  .handle = donation_rows, .list = &donation_list },
	{ .method = M_POST, .path = "/", .access = ACCESS_STAFF,
	  .body = BODY_JSON, .handle = offline_create },
	{ .method = M_POST, .path = "/import", .access = ACCESS_STAFF,
	  .body = BODY_STREAM, .params = gift_file_params,
	  .handle = gift_file_upload },
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
	{ .method = M_GET, .path = "/export",
	  .access = ACCESS_STAFF | ROUTE_STANDBY,
	  .params = route_own_params, .type = "text/csv",
	  .handle = donation_export },
	{ .method = M_GET, .path = "/payouts", .access = ACCESS_STAFF,
	  .handle = payout_index, .list = &payout_list },
	{ .method = M_GET, .path = "/payouts/:id", .access = ACCESS_STAFF,
	  .handle = payout_get },
	{ .method = M_GET, .path = "/waiting", .access = ACCESS_STAFF,
	  .handle = waiting_index, .list = &waiting_list },
	{ .method = M_POST, .path = "/waiting/:id/settle",
	  .access = ACCESS_STAFF, .body = BODY_JSON,
	  .handle = waiting_settle },
	{ .method = M_GET, .path = "/mappings", .access = ACCESS_STAFF,
	  .handle = rest_list, .list = &gift_mapping_list },
	{ .method = M_DELETE, .path = "/mappings/:id", .access = ACCESS_STAFF,
	  .handle = rest_delete, .schema = &gift_mapping_schema },
	{ .method = M_GET, .path = "/:id", .access = ACCESS_STAFF,
	  .handle = manage_get, .schema = &donation_schema },
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
