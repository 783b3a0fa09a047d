/*
 * Cancelling a running statement.  Signal handlers are in the command that
 * installs them.
 */
#include <libpq-fe.h>

#include "cancel.h"

/* struct db_cancel is libpq's PGcancel under another name. */

struct db_cancel *
db_cancel_new(const struct db *db)
{
	return (struct db_cancel *)(void *)PQgetCancel(db->conn);
}

void
db_cancel_free(struct db_cancel *c)
{
	PQfreeCancel((PGcancel *)(void *)c);
}

void
db_cancel(struct db_cancel *c)
{
	char	 ignored[64];

	PQcancel((PGcancel *)(void *)c, ignored, sizeof(ignored));
}
