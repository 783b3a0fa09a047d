/* Rows by the names of their columns. */
#include <assert.h>

#include "core/text.h"
#include "result.h"

static int
column_of(const struct rows *r, size_t row, const char *column)
{
	int	 i = PQfnumber(r->result, column);

	assert(i != -1 && row < rows_count(r));
	return i;
}

size_t
rows_count(const struct rows *r)
{
	return (size_t)PQntuples(r->result);
}

int64_t
rows_written(const struct rows *r)
{
	const char	*text = PQcmdTuples(r->result);
	int64_t		 n = 0;

	(void)text_int64(text, strlen(text), &n);
	return n;
}

bool
rows_is_null(const struct rows *r, size_t row, const char *column)
{
	return PQgetisnull(r->result, (int)row, column_of(r, row, column));
}

const char *
rows_text(const struct rows *r, size_t row, const char *column)
{
	int	 i = column_of(r, row, column);

	return PQgetisnull(r->result, (int)row, i) ? NULL :
	    PQgetvalue(r->result, (int)row, i);
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

const char *
rows_at(const struct rows *r, size_t row, size_t position, size_t *n)
{
	int	 i = (int)position;

	assert(row < rows_count(r) && i < PQnfields(r->result));
	*n = (size_t)PQgetlength(r->result, (int)row, i);
	return PQgetisnull(r->result, (int)row, i) ? NULL :
	    PQgetvalue(r->result, (int)row, i);
}
