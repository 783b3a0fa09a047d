/*
 * The connection of a struct db: made when it is first wanted, as a role that
 * row-level security binds, and made anew when the server went away in between.
 */
#ifndef DB_CONNECTION_H
#define DB_CONNECTION_H

#include "db.h"

/*
 * A connection that answers, the one at hand where it still does.  Within a
 * transaction it is always that one: another would know nothing of it.
 */
int	 connection_ready(struct db *, struct err *) MUST_USE;

/* Another one, with nothing prepared; 503 and none where it cannot be made. */
int	 connection_anew(struct db *, struct err *) MUST_USE;

/*
 * How often a connection may be made anew because its session had ended.  A
 * pool hands out others that ended at the same instant, as many as it has.
 */
int	 connection_tries(const struct db *);

/* Safe to call without one.  An open transaction ends with it. */
void	 connection_close(struct db *);

#endif
