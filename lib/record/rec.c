/* Records from texts, and finding a field.  rec_json.c reads JSON. */
#include "rec.h"

void
rec_init(struct rec *r, const struct schema *schema, struct arena *a)
{
	memset(r, 0, sizeof(*r));
	r->schema = schema;
	r->arena = a;
}

void
rec_put(struct rec *r, size_t i, const char *value)
{
	r->value[i] = value;
	r->has |= UINT64_C(1) << i;
}

int
schema_find(const struct schema *s, const char *name, size_t n)
{
	for (size_t i = 0; i < s->n; i++)
		if (strncmp(s->field[i].name, name, n) == 0 &&
		    s->field[i].name[n] == '\0')
			return (int)i;
	return -1;
}

int
rec_set(struct rec *r, size_t i, const char *text, size_t n, struct err *e)
{
	const char	*value;

	if (field_check(&r->schema->field[i], r->arena, text, n, &value,
	    e) != 0)
		return -1;
	rec_put(r, i, value);
	return 0;
}

static bool
is_named(const struct err *e, const char *name)
{
	for (size_t i = 0; i < e->nfields; i++)
		if (strcmp(e->field[i].name, name) == 0)
			return true;
	return false;
}

int
rec_require(const struct rec *r, bool create, struct err *e)
{
	const struct field	*f;
	int			 rc = 0;

	for (size_t i = 0; i < r->schema->n; i++) {
		f = &r->schema->field[i];
		if (r->value[i] != NULL || is_named(e, f->name))
			continue;
		if ((create && (f->flags & F_REQUIRED)) || (rec_has(r, i) &&
		    (f->flags & (F_REQUIRED | F_NOT_NULL))))
			rc = err_field(e, f->name, "required",
			    "%s is required.", f->name);
	}
	return rc;
}
