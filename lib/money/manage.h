/*
 * Links by which donors cancel a recurring gift or change its card themselves.
 * A link redirects to a session of Stripe's customer portal.  It is signed with
 * a key of the gift, which the database has, and with [cerberus] secret_key: it
 * is valid until one of them changes.
 */
#ifndef MONEY_MANAGE_H
#define MONEY_MANAGE_H

#include "http/req.h"
#include "http/resp.h"

/*
 * Set *url to the donor's link for a donation of a series, or to NULL for
 * another donation.  Without [cerberus] site_url it is a path.
 */
int	 manage_url(struct req *, const char *donation_id, const char **url,
	    struct err *) MUST_USE;

/*
 * Return the address of the page of thanks after a donation at Stripe Checkout.
 * With url, the donor's link, the page shows that.
 */
const char *manage_thanks_url(struct req *, const char *url);

/* GET /thanks: the page after a donation, if the campaign has none. */
int	 manage_thanks(struct req *, struct resp *, struct err *);

extern const char *const manage_params[];

/*
 * GET /manage/:id?key=: 303 to the customer portal.  404 if the key is not that
 * of the gift, or there is no such gift; 409 until the first payment is begun.
 */
int	 manage_portal(struct req *, struct resp *, struct err *);

/* GET /:id for staff: the donation, with manageUrl for a recurring gift. */
int	 manage_get(struct req *, struct resp *, struct err *);

#endif
