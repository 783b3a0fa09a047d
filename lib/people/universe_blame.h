/* Naming the step of a segment that made a statement time out. */
#ifndef PEOPLE_UNIVERSE_BLAME_H
#define PEOPLE_UNIVERSE_BLAME_H

#include "http/req.h"
#include "record/sql.h"

/*
 * If the error is a timeout of a statement, change its message to one that
 * names the step with the highest estimated cost.  steps may be NULL.  Return
 * -1.
 */
int	 universe_blame(struct req *, const struct where *steps,
	    struct err *);

#endif
