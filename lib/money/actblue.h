/*
 * ActBlue's webhook: each delivery reports a payment, a refund or the end of a
 * series.
 */
#ifndef MONEY_ACTBLUE_H
#define MONEY_ACTBLUE_H

#include "http/req.h"
#include "http/resp.h"

/*
 * Append the gifts that a delivery reports as a JSON array, the argument of
 * gift_take() in sql/deploy/gift_import.sql.  Unknown keys are ignored.  400 if
 * it is not a delivery, or lacks what makes a gift.
 */
int	 actblue_read(struct arena *, struct json_object *, struct buf *,
	    struct err *) MUST_USE;

/*
 * POST /donate/actblue/:id: store a delivery for the campaign.  200 also if
 * everything in it is known, or contradicts what is known and was kept as a
 * conflict.  401 unless the name and password are those of the campaign's
 * section of the configuration; 400 if it is not a delivery; 404 for the end of
 * an unknown series, which ActBlue then sends again.
 */
int	 actblue_post(struct req *, struct resp *, struct err *);

#endif
