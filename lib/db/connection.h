/*
 * The connection of a struct db.  It is opened when it is first needed, and
 * again when the server has closed it, or takes no writes any more.  A
 * superuser is refused, because row-level security would not apply.
 *
 * The URL may name several hosts, of which one is the primary at a time.  Those
 * that do not answer, are starting, or do not have the URL's
 * target_session_attrs are passed over, for some seconds in all.
 */
#ifndef DB_CONNECTION_H
#define DB_CONNECTION_H

#include "db.h"

/*
 * Make sure that db->conn is usable: keep a connection that is alive, open
 * another one otherwise.  Within a transaction the connection is always kept,
 * because a new one would not continue it.  503 if it cannot be opened.
 */
int	 connection_ready(struct db *, struct err *) MUST_USE;

/*
 * How many times statements may be sent again on a new connection because the
 * session had ended.  A new connection can be to a session that has ended as
 * well: if all server connections of a pooler end at the same time, it may hand
 * out one after another.
 */
#define CONNECTION_TRIES	20

/*
 * Close the connection, if any, and open another one, which has no prepared
 * statements.
 * On failure (503) db->conn is NULL.
 */
int	 connection_anew(struct db *, struct err *) MUST_USE;

/*
 * Wait for the next result.  The server ends statements that take too long;
 * return false if even that does not arrive, because the server hangs.  Without
 * a limit of our own, or within a transaction, which may have another limit,
 * this returns at once.
 */
bool	 connection_answers(struct db *) MUST_USE;

/*
 * After a commit: 503 if it is only on the primary, because somebody canceled
 * the wait for the synchronous standby.  It would be lost with the primary.
 */
int	 connection_committed(struct db *, struct err *) MUST_USE;

/*
 * Close the connection, if any.  An open transaction is rolled back.
 */
void	 connection_close(struct db *);

#endif
