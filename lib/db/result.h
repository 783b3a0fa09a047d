/* libpq's results inside lib/db; all other code sees struct rows. */
#ifndef DB_RESULT_H
#define DB_RESULT_H

#include "rows.h"

struct pg_result;

/* struct rows is libpq's PGresult under another name. */
static inline struct rows *
result_rows(const struct pg_result *r)
{
	return (struct rows *)(uintptr_t)r;
}

#endif
