/*
 * Donations through Stripe Checkout, for forms without JavaScript: the
 * parameters of a session, and reading the session that Stripe returns.
 */
#ifndef MONEY_CHECKOUT_H
#define MONEY_CHECKOUT_H

#include "donation.h"

/*
 * Set *url to the page to which donors of the campaign return after they have
 * paid, or to NULL for the page of thanks, and *paid_for_by to the statement
 * who has paid for the form, or to NULL.  404 if there is no such campaign.
 * 503 if it has no such page, and the configuration has no site_url, which the
 * page of thanks needs.
 */
int	 checkout_return(struct req *, const char *campaign, const char **url,
	    const char **paid_for_by, struct err *) MUST_USE;

/*
 * Make the parameters of a session for the donation.  metadata, which name the
 * donation, are added to the session and to its payment intent, or to its
 * subscription if the donation is repeated.  paid_for_by, or NULL, is shown
 * beside the button.  The caller frees the result.
 */
struct json_object *checkout_form(const struct donation *,
	    struct json_object *metadata, const char *email,
	    const char *paid_for_by, const char *return_url);

/*
 * Return the address of the session's page, or NULL if the object is not a
 * session with the donation's amount and currency.  The object owns the result.
 */
const char *checkout_page(struct json_object *, const struct donation *);

#endif
