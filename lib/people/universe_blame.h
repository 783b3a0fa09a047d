/* Which step of a segment took too long. */
#ifndef PEOPLE_UNIVERSE_BLAME_H
#define PEOPLE_UNIVERSE_BLAME_H

#include "http/req.h"
#include "record/sql.h"

/*
 * If the error says that a statement took too long, let it name the step that
 * costs most.  steps may be NULL.  Return -1.
 */
int	 universe_blame(struct req *, const struct where *steps,
	    struct err *);

#endif
