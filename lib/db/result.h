/*
 * What struct rows is made of, for the files of lib/db alone.
 */
#ifndef DB_RESULT_H
#define DB_RESULT_H

#include <libpq-fe.h>

#include "rows.h"

struct rows {
	PGresult	*result;
	struct rows	*next;		/* of the same connection */
};

#endif
