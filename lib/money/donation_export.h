/* Files of donations.  They take the filters of donation_list. */
#ifndef MONEY_DONATION_EXPORT_H
#define MONEY_DONATION_EXPORT_H

#include "http/req.h"
#include "http/resp.h"

/*
 * Answer 200, streamed: every column as CSV, or with format=fec and fec_b the
 * rows of the FEC's Schedules A and B (docs/fec.md), of the campaigns that the
 * caller manages.  The audit log records it.  403 for callers who manage none;
 * 409 if the FEC's format cannot have a row, because of its currency or because
 * its committee has no id.
 */
int	 donation_export(struct req *, struct resp *, struct err *);

/* The same for comparing the sums: nobody gets the rows, so no audit entry. */
int	 donation_export_compare(struct req *, struct resp *, struct err *);

#endif
