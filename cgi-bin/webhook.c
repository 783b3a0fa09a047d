/*
 * webhook.cgi: Stripe's events.  The signature is verified over the raw body
 * before anything parses it.
 */
#include "http/endpoint.h"
#include "stripe/event.h"
#include "stripe/signature.h"

/* Verify the header Stripe-Signature; 400 if the body is not from Stripe. */
static int
verify(struct req *rq, const struct cfg_stripe *keys, struct err *e)
{
	const char	*header = rq->io->env(rq->io, "HTTP_STRIPE_SIGNATURE");

	if (keys->webhook_secrets.n == 0)
		return err_slug(e, ERR_UNAVAILABLE, "stripe_not_configured",
		    "No signing secret is configured for this address.");
	switch (signature_check(header, buf_str(rq->raw), rq->raw->len,
	    &keys->webhook_secrets, time(NULL))) {
	case SIGNATURE_GOOD:
		return 0;
	case SIGNATURE_MISSING:
		return err_slug(e, ERR_MALFORMED, "missing_signature",
		    "The header Stripe-Signature is missing or has no v1.");
	case SIGNATURE_WRONG:
		return err_slug(e, ERR_MALFORMED, "invalid_signature",
		    "The signature does not match the body.");
	case SIGNATURE_OLD:
		break;
	}
	return err_slug(e, ERR_MALFORMED, "old_signature",
	    "The signature's time is too far from now.");
}

/*
 * POST /, and POST /:id for a campaign with its own keys; 404 if there is no
 * such campaign.  200 once the event is stored, also if it was stored before or
 * does not concern a donation here.
 */
static int
post(struct req *rq, struct resp *rs, struct err *e)
{
	int64_t			 campaign = rq->segments > 0 ?
				    rq->path_id[0] : 0;
	const struct cfg_stripe	*keys = cfg_stripe_for(rq->cfg, campaign);
	const char		*outcome;

	if (verify(rq, keys, e) != 0)
		return -1;
	if (!event_valid(buf_str(rq->raw), rq->raw->len, e))
		return -1;
	if (event_store(rq->db, rq->arena, keys->campaign_id, campaign,
	    buf_str(rq->raw), &outcome, e) != 0)
		return -1;
	buf_adds(resp_json(rs, 200), "{\"success\":true}");
	return 0;
}

static const struct route routes[] = {
	{ M_POST, "/",    ACCESS_PUBLIC | ROUTE_UNLIMITED, BODY_RAW, NULL,
	  NULL, post },
	{ M_POST, "/:id", ACCESS_PUBLIC | ROUTE_UNLIMITED, BODY_RAW, NULL,
	  NULL, post },
};

int
main(void)
{
	return endpoint_main_stripe(routes, ARRAY_LEN(routes));
}
