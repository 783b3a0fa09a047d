/*
 * The rows that a statement returned, read by the names of their columns.
 *
 * Rows and the texts in them live until db_forget(), which the runner calls at
 * the end of a request.  Callers do not free rows, and copy what must live
 * longer.
 *
 * Asking for a column or a row that the statement did not return is a bug: the
 * process ends.
 */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include "core/arena.h"

struct rows;

/* The number of rows that a SELECT or RETURNING returned. */
size_t	 rows_count(const struct rows *);

/* The number of rows that an INSERT, UPDATE or DELETE wrote. */
int64_t	 rows_written(const struct rows *);

bool	 rows_is_null(const struct rows *, size_t row, const char *column);

/* The value as PostgreSQL writes it, NUL-terminated; NULL if it is null. */
const char *rows_text(const struct rows *, size_t row, const char *column);

/* A number; 0 if it is null. */
int64_t	 rows_int64(const struct rows *, size_t row, const char *column);

/* True if it is true; false if it is null. */
bool	 rows_bool(const struct rows *, size_t row, const char *column);

/*
 * The bytes of a bytea and their number in *n.  They are a copy in the arena;
 * NULL if the value is null.
 */
const unsigned char *rows_bytea(const struct rows *, size_t row,
	    const char *column, struct arena *, size_t *n);

/* The number of columns. */
size_t	 rows_columns(const struct rows *);

/*
 * Return the value of the column with this number, counted from 0, and its
 * length in *n; NULL if it is null.  For loops over the columns of a schema,
 * which are selected in the order of its fields.
 */
const char *rows_at(const struct rows *, size_t row, size_t position,
	    size_t *n);

#endif
