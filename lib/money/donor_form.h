/*
 * What donors send with an HTML form, and what the address of its page says.
 * donor.c reads JSON, and calls these.
 */
#ifndef MONEY_DONOR_FORM_H
#define MONEY_DONOR_FORM_H

#include "donation.h"

/*
 * Read the fields of a form; a name that comes again replaces the value.
 * other_amount, an amount that the donor wrote such as $1,234.50, replaces the
 * one that they chose.  Return -1 with a 400 that names each bad field.
 */
int	 donor_form(struct req *, struct rec *, struct err *) MUST_USE;

/*
 * Fill from the query what the body does not say: a page without a script cannot
 * copy its address into fields.  campaign is the campaign; utm_source and
 * utm_campaign stand for refcode and refcode2.  A code that is too long is left
 * out.
 */
int	 donor_query(struct req *, struct rec *, struct err *) MUST_USE;

#endif
