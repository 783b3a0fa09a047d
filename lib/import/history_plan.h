/* Which columns of a file have votes. */
#ifndef IMPORT_HISTORY_PLAN_H
#define IMPORT_HISTORY_PLAN_H

#include "history.h"
#include "plan.h"

/*
 * Find the columns with votes in the first row of a voter file, and remove them
 * from the plan's unmapped columns.  Does nothing if the layout has no votes.
 * state is that of the elections unless the layout has one; or NULL.
 */
void	 history_plan(struct history *, struct arena *, const struct layout *,
	    const char *state, const struct row *first, bool header,
	    enum date_order, struct plan *);

/*
 * The same for a file with one row for each vote, whose plan has only the
 * unmapped columns.  *header is set as by plan_make().  422 if a column is
 * missing, 400 without a state.
 */
int	 history_plan_rows(struct history *, struct arena *,
	    const struct layout *, const char *state, const struct row *first,
	    bool *header, enum date_order, struct plan *, struct err *)
	    MUST_USE;

#endif
