/* Cross tables of a campaign's voters. */
#ifndef CAMPAIGN_BREAKDOWN_H
#define CAMPAIGN_BREAKDOWN_H

#include "http/req.h"
#include "http/resp.h"

/*
 * GET /campaigns/:id/breakdown?by=a,b: the number of the campaign's voters for
 * each combination of up to three columns that occurs; null is one of the
 * values.  The filters of GET /voters and segment_id narrow the voters.  404 if
 * the caller cannot see the campaign, 400 that names by if the table would have
 * more than BREAKDOWN_ROWS rows.
 */
#define BREAKDOWN_ROWS	5000

int	 campaign_breakdown(struct req *, struct resp *, struct err *);

#endif
