/* Rows by the names of their columns.  db.c keeps and frees them. */
#include <assert.h>
#include <libpq-fe.h>

#include "core/text.h"
#include "rows.h"

/* The opposite of result_rows(). */
static const PGresult *
result(const struct rows *r)
{
	return (const PGresult *)(const void *)r;
}

static int
column_of(const struct rows *r, size_t row, const char *column)
{
	int	 i = PQfnumber(result(r), column);

	assert(i != -1 && row < rows_count(r));
	return i;
}

size_t
rows_count(const struct rows *r)
{
	return (size_t)PQntuples(result(r));
}

int64_t
rows_written(const struct rows *r)
{
	const char	*text = PQcmdTuples((PGresult *)(uintptr_t)result(r));
	int64_t		 n = 0;

	(void)text_int64(text, strlen(text), &n);
	return n;
}

bool
rows_is_null(const struct rows *r, size_t row, const char *column)
{
	return PQgetisnull(result(r), (int)row, column_of(r, row, column));
}

const char *
rows_text(const struct rows *r, size_t row, const char *column)
{
	int	 i = column_of(r, row, column);

	return PQgetisnull(result(r), (int)row, i) ? NULL :
	    PQgetvalue(result(r), (int)row, i);
}

int64_t
rows_int64(const struct rows *r, size_t row, const char *column)
{
	const char	*text = rows_text(r, row, column);
	int64_t		 n = 0;

	if (text != NULL)
		(void)text_int64(text, strlen(text), &n);
	return n;
}

bool
rows_bool(const struct rows *r, size_t row, const char *column)
{
	const char	*text = rows_text(r, row, column);

	return text != NULL && *text == 't';
}

const unsigned char *
rows_bytea(const struct rows *r, size_t row, const char *column,
    struct arena *a, size_t *n)
{
	const char	*text = rows_text(r, row, column);
	unsigned char	*raw, *out;

	if (text == NULL)
		return NULL;
	raw = PQunescapeBytea((const unsigned char *)text, n);
	assert(raw != NULL);	/* NULL only without memory */
	out = arena_alloc(a, *n + 1);
	memcpy(out, raw, *n);
	PQfreemem(raw);
	return out;
}

size_t
rows_columns(const struct rows *r)
{
	return (size_t)PQnfields(result(r));
}

const char *
rows_at(const struct rows *r, size_t row, size_t position, size_t *n)
{
	int	 i = (int)position;

	assert(row < rows_count(r) && i < PQnfields(result(r)));
	*n = (size_t)PQgetlength(result(r), (int)row, i);
	return PQgetisnull(result(r), (int)row, i) ? NULL :
	    PQgetvalue(result(r), (int)row, i);
}
