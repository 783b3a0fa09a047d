/*
 * Sums of donations, for a treasurer.  They take the filters of donation_list.
 */
#ifndef MONEY_DONATION_REPORT_H
#define MONEY_DONATION_REPORT_H

#include "http/req.h"
#include "http/resp.h"

/*
 * Answer 200 with the totals by currency, day, status, method, campaign and
 * refcode, in minor units, of the donations that the caller sees.
 */
int	 donation_summary(struct req *, struct resp *, struct err *);

#endif
