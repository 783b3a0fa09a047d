/*
 * Payment intents of donations that are not repeated, and the response that
 * shows an intent to the page.  cgi-bin/donate.c decides when to make one.
 */
#include "intent.h"
#include "record/json.h"
#include "rest/doc.h"

static void
add(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

struct json_object *
intent_metadata(struct req *rq, const struct donation *d)
{
	struct json_object	*metadata = json_object_new_object();

	add(metadata, "donation_id", d->id);
	add(metadata, "campaign_id", doc_id(rq->arena, d->campaign_id));
	add(metadata, "donation_key", d->key);
	return metadata;
}

int
intent_make(struct req *rq, const struct donation *d,
    struct json_object *metadata, struct json_object **out,
    struct stripe_refusal *why, struct err *e)
{
	struct json_object	*form = json_object_new_object();
	struct json_object	*methods = json_object_new_object();
	int			 rc;

	add(form, "amount", d->amount);
	add(form, "currency", d->currency);
	add(methods, "enabled", "true");
	json_object_object_add(form, "automatic_payment_methods", methods);
	json_object_object_add(form, "metadata", json_object_get(metadata));
	rc = stripe_post(rq->cfg, cfg_stripe_for(rq->cfg, d->campaign_id),
	    "/v1/payment_intents", form, d->key, out, why, e);
	json_object_put(form);
	return rc;
}

int
intent_check(struct json_object *o, const struct donation *d, struct err *e)
{
	struct json_object	*amount;
	const char		*id = stripe_text(o, "id");
	const char		*currency = stripe_text(o, "currency");

	if (id != NULL && *id != '\0' && strlen(id) <= 255 &&
	    stripe_text(o, "client_secret") != NULL && currency != NULL &&
	    strcmp(currency, d->currency) == 0 &&
	    json_object_object_get_ex(o, "amount", &amount) &&
	    strcmp(json_object_get_string(amount), d->amount) == 0)
		return 0;
	err_detail(e, ERR_UPSTREAM, "stripe: the intent has another "
	    "amount or currency, or lacks its id or secret");
	return err_set(e, ERR_UPSTREAM, "The payment provider returned an "
	    "unexpected answer; try again shortly.");
}

void
intent_show(struct resp *rs, const struct donation *d, struct json_object *o)
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
	if (d->manage_url != NULL) {
		buf_adds(b, ",\"manageUrl\":");
		json_add_string(b, d->manage_url, strlen(d->manage_url));
	}
	if (d->over_limit > 0)
		buf_adds(b, ",\"warning\":\"This donation is over the "
		    "campaign's contribution limit.\"");
	buf_addc(b, '}');
}
