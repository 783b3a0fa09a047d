/*
 * SQL statements built from a schema.  Statements of one model are in its file.
 */
#include <assert.h>
#include <stdlib.h>

#include "sql.h"

#define TEXT_MAX_BYTES	(64 * 1024)

void
sql_init(struct sql *q, struct arena *a)
{
	buf_init_in(&q->text, a, TEXT_MAX_BYTES);
	q->n = 0;
}

void
sql_param(struct sql *q, const char *value)
{
	if (q->n == SQL_PARAMS) {
		q->text.failed = true;
		return;
	}
	q->param[q->n++] = value;
	buf_addf(&q->text, "$%d", q->n);
}

void
sql_add(struct sql *q, const char *text)
{
	buf_adds(&q->text, text);
}

void
sql_predicate(struct sql *q, const struct predicate *p)
{
	const char *const	*value = p->many != NULL ? p->many : p->value;
	size_t			 n = p->many != NULL ? p->n : PREDICATE_VALUES;
	int			 number[PREDICATE_MAX] = { 0 };

	assert(n <= PREDICATE_MAX);
	for (const char *c = p->sql; *c != '\0'; c++) {
		char	*end;
		size_t	 i;

		if (*c != '?') {
			buf_addc(&q->text, *c);
			continue;
		}
		i = strtoul(c + 1, &end, 10) - 1;
		assert(i < n);
		c = end - 1;
		if (number[i] != 0) {
			buf_addf(&q->text, "$%d", number[i]);
			continue;
		}
		sql_param(q, value[i]);
		number[i] = q->n;
	}
}

void
sql_bind(struct sql *q, const char *text, const char *value)
{
	sql_predicate(q, &(struct predicate){ .sql = text,
	    .value = { value } });
}

void
where_add(struct where *w, const struct predicate *p)
{
	assert(w->n < WHERE_MAX);
	w->predicate[w->n++] = *p;
}

void
sql_where(struct sql *q, const struct where *w)
{
	for (size_t i = 0; i < w->n; i++) {
		sql_add(q, i == 0 ? " WHERE " : " AND ");
		sql_predicate(q, &w->predicate[i]);
	}
}

void
sql_columns(struct sql *q, const struct schema *s)
{
	const struct field	*f;

	for (size_t i = 0; i < s->n; i++) {
		f = &s->field[i];
		if (i > 0)
			sql_add(q, ", ");
		if (f->read != NULL)
			buf_addf(&q->text, "%s AS %s", f->read, f->name);
		else
			buf_addf(&q->text, f->kind == KIND_TEXTS ?
			    "array_to_json(t.%s)" : "t.%s", f->name);
	}
}

void
sql_from(struct sql *q, const struct schema *s)
{
	buf_addf(&q->text, " FROM %s t", s->table);
	sql_join(q, s);
}

void
sql_join(struct sql *q, const struct schema *s)
{
	if (s->join != NULL)
		buf_addf(&q->text, " %s", s->join);
}

void
sql_insert(struct sql *q, const struct rec *r)
{
	const struct schema	*s = r->schema;
	size_t			 given = 0;

	buf_addf(&q->text, "INSERT INTO %s (", s->table);
	for (size_t i = 0; i < s->n; i++)
		if (rec_has(r, i) && r->value[i] != NULL)
			buf_addf(&q->text, "%s%s", given++ > 0 ? ", " : "",
			    s->field[i].name);
	buf_adds(&q->text, ") VALUES (");
	given = 0;
	for (size_t i = 0; i < s->n; i++)
		if (rec_has(r, i) && r->value[i] != NULL) {
			if (given++ > 0)
				buf_adds(&q->text, ", ");
			sql_param(q, r->value[i]);
		}
	buf_addc(&q->text, ')');
}

bool
sql_assign(struct sql *q, const struct rec *r)
{
	const char	*sep = "";

	for (size_t i = 0; i < r->schema->n; i++) {
		if (!rec_has(r, i))
			continue;
		buf_addf(&q->text, "%s%s = ", sep, r->schema->field[i].name);
		sql_param(q, r->value[i]);
		sep = ", ";
	}
	return *sep != '\0';
}
