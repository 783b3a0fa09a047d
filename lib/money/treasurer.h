/*
 * Lists for a treasurer: refunds by their day, donors over a limit, donors
 * whose employer is missing, statements of a year.
 *
 * The limits are in the configuration, [campaign N] contribution_limit.  The
 * views of sql/deploy/gift_lists.sql read them from a setting of the
 * transaction.
 */
#ifndef MONEY_TREASURER_H
#define MONEY_TREASURER_H

#include "http/req.h"
#include "http/resp.h"
#include "rest/list.h"

extern const struct schema gift_refund_schema;
extern const struct schema gift_excess_schema;
extern const struct schema best_efforts_schema;
extern const struct schema statement_schema;
extern const struct list gift_refund_list;
extern const struct list gift_excess_list;
extern const struct list best_efforts_list;

/*
 * Pass the limits of the configuration to the database, for the rest of the
 * open transaction.
 */
int	 limits_set(struct req *, struct err *) MUST_USE;

/*
 * Call a handler; if the query has the filter over_limit, within a transaction
 * after limits_set().
 */
int	 limits_call(struct req *, struct resp *,
	    int (*)(struct req *, struct resp *, struct err *), struct err *);

/* GET of a list of donations: rest_list() with the filter over_limit. */
int	 donation_rows(struct req *, struct resp *, struct err *);

/* GET /donations/limits: the donors over a limit. */
int	 donation_limits(struct req *, struct resp *, struct err *);

/*
 * GET /donations/statements?year=: CSV, a row for each donor and currency, of
 * the campaigns that the caller manages; 403 for callers who manage none.
 */
int	 donation_statements(struct req *, struct resp *, struct err *);

#endif
