/* How many voters the filters of a list find. */
#ifndef PEOPLE_VOTER_COUNT_H
#define PEOPLE_VOTER_COUNT_H

#include "http/req.h"
#include "http/resp.h"
#include "voter_plan.h"

/*
 * GET /voters/count: {"count": n}, and "count_is_estimate": true if more than
 * COUNT_EXACT voters match, and counting them all would take long.
 */
int	 voter_count_answer(struct req *, struct resp *, struct err *);

/*
 * HEAD of the list of voters: the number in X-Total-Count, with
 * X-Total-Is-Estimate: true if it is one.
 */
int	 voter_count_head(struct req *, struct resp *, struct voter_query *,
	    struct err *);

#endif
