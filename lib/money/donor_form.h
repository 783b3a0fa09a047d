/*
 * The fields of a donor's HTML form, and the query of its page.  donor.c, which
 * reads JSON, calls these functions.
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
 * Set fields that the body does not have from the query: a page without a
 * script cannot copy its query into fields.  campaign means campaign_id;
 * utm_source and utm_campaign mean refcode and refcode2.  A code that is too
 * long is left out.
 */
int	 donor_query(struct req *, struct rec *, struct err *) MUST_USE;

#endif
