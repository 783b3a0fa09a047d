/*
 * What a treasurer wants of the donations: their sums, and all of them as a file.
 * Both take the filters of the list.
 */
#ifndef MONEY_DONATION_REPORT_H
#define MONEY_DONATION_REPORT_H

#include "http/req.h"
#include "http/resp.h"

/* 200 with the totals by currency, day, status and campaign. */
int	 donation_summary(struct req *, struct resp *, struct err *);

/*
 * 200 text/csv, streamed: every column, or with format=fec those of an itemised
 * receipts file.  Only campaigns that the caller manages are in it.
 */
int	 donation_export(struct req *, struct resp *, struct err *);

#endif
