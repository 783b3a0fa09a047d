/* The receipt of a donation: a page that prints. */
#ifndef MONEY_RECEIPT_H
#define MONEY_RECEIPT_H

#include "http/req.h"
#include "http/resp.h"

/*
 * GET /donations/:id/receipt: an HTML page without scripts and styles.  404 if
 * the caller cannot see the donation, 409 if it has not been paid or is void.
 */
int	 donation_receipt(struct req *, struct resp *, struct err *);

#endif
