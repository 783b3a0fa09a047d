/* Which statements a connection keeps prepared. */
#include <criterion/criterion.h>

#include "db/prepared.h"

static int
how(struct db *db, unsigned n)
{
	char			 sql[32];
	const struct db_query	 q = { .sql = sql };
	struct sent		 s;

	snprintf(sql, sizeof(sql), "SELECT %u", n);
	s = prepared_choose(db, &q, false);
	if (s.how == PARSE)
		prepared_keep(db, s.hash);
	return s.how;
}

Test(prepared, as_many_statements_as_the_cache_has_places)
{
	static struct db	 db;

	db.keep = DB_KEEP_OWN;
	for (unsigned i = 0; i < DB_CACHE; i++)
		cr_expect_eq(how(&db, i), PARSE, "%u", i);
	for (unsigned i = 0; i < DB_CACHE; i++)
		cr_expect_eq(how(&db, i), BIND, "%u", i);
	cr_expect_eq(how(&db, DB_CACHE), PLAIN);
}

Test(prepared, a_statement_that_was_dropped_is_prepared_again)
{
	static struct db	 db;
	const struct db_query	 q = { .sql = "SELECT 7" };

	db.keep = DB_KEEP_OWN;
	for (unsigned i = 0; i < DB_CACHE; i++)
		how(&db, i);
	prepared_drop(&db, prepared_choose(&db, &q, false).hash);
	cr_expect_eq(how(&db, DB_CACHE), PARSE);
	cr_expect_eq(how(&db, 7), PLAIN);
	cr_expect_eq(how(&db, 6), BIND);
}
