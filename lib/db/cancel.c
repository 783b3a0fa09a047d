/* Cancelling a running statement.  Signals are the business of the caller. */
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
