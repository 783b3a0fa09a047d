/*
 * XXX Statements whose results are libpq's and freed by the caller: what
 * db_exec() and db_select() replace.  Delete these two files, db_give_up(), and
 * the #include in db.h with the last caller.
 */
#ifndef DB_OLD_RESULT_H
#define DB_OLD_RESULT_H

#include <libpq-fe.h>

/* As db_exec() and db_select().  PQclear() the results. */
int	 db_run(struct db *, const struct db_query *, size_t n,
	    PGresult **out, struct err *) MUST_USE;
int	 db_one(struct db *, const char *sql, int n, const char *const *param,
	    PGresult **out, struct err *) MUST_USE;

/* A column of the first row: a number, 0 if it is null; true if it is true. */
int64_t	 db_int64(const PGresult *, int col);
bool	 db_true(const PGresult *, int col);

/* A result as rows, for functions that read those. */
#define ROWS(res)	((const struct rows *)(const void *)(res))

/* Return the result behind the rows; db_forget() no longer frees it. */
PGresult *db_give_up(struct db *, const struct rows *);

#endif
