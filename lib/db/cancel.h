/*
 * Cancelling the statement that a connection is running, as psql does on
 * Ctrl-C.
 */
#ifndef DB_CANCEL_H
#define DB_CANCEL_H

#include "db.h"

struct db_cancel;

/*
 * Return a handle for the connection's statements, or NULL without a connection
 * or memory.  The caller frees it with db_cancel_free().
 */
struct db_cancel *db_cancel_new(const struct db *);
void	 db_cancel_free(struct db_cancel *);

/*
 * Ask the server to cancel the current statement, if there is one.  A signal
 * handler may call this.
 */
void	 db_cancel(struct db_cancel *);

#endif
