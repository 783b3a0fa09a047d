/*
 * Filters of lists: check a query's parameters, and make predicates of them.
 * Statements are list.c's.
 */
#include <assert.h>

#include "filter.h"

bool
name_in(const char *const *names, const char *name)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static const struct filter *
find_filter(const struct list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->filter[i].field.name, name) == 0)
			return &l->filter[i];
	return NULL;
}

/* Check one parameter, and add it to the filters if it is one. */
static int
read_filter(struct arena *a, const struct list *l, const struct pair *p,
    const char *const *known, struct filters *out, struct err *e)
{
	const struct filter	*f = find_filter(l, p->name);
	const char		*value;

	if (f == NULL)
		return name_in(known, p->name) ? 0 :
		    err_field(e, p->name, "unknown_parameter",
		    "There is no parameter of this name.");
	if (field_check(&f->field, a, p->value, p->len, &value, e) != 0)
		return -1;
	if (value == NULL)
		return err_field(e, p->name, "required",
		    "%s must not be blank.", p->name);
	if (strcmp(p->name, "campaign_id") == 0)
		out->campaign = value;
	assert(out->n < WHERE_MAX);
	out->given[out->n].filter = f;
	out->given[out->n].resolved = NULL;
	out->given[out->n++].value = value;
	return 0;
}

int
filters_read(struct arena *a, const struct form *query, const struct list *l,
    const char *const *known, struct filters *out, struct err *e)
{
	int	 rc = 0;

	out->n = 0;
	out->campaign = NULL;
	out->steps = NULL;
	for (size_t i = 0; i < query->n; i++) {
		const struct pair	*p = &query->pair[i];

		if (form_find(query, p->name) != p)
			rc = err_field(e, p->name, "duplicate",
			    "%s is given twice.", p->name);
		else if (read_filter(a, l, p, known, out, e) != 0)
			rc = -1;
	}
	return rc;
}

const char *
filters_value(const struct filters *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->given[i].filter->field.name, name) == 0)
			return f->given[i].value;
	return NULL;
}

void
list_predicates(struct arena *a, const struct list *l,
    const struct filters *filters, const struct scope *scope,
    struct where *out)
{
	out->n = 0;
	if (scope != NULL && scope->where != NULL)
		where_add(out, &(struct predicate){ .sql = scope->where,
		    .value = { scope->value } });
	for (size_t i = 0; i < filters->n; i++) {
		const struct filter	*f = filters->given[i].filter;
		const char		*value = filters->given[i].value;
		struct predicate	 p = { .sql = f->sql,
					    .value = { value,
					    filters->campaign } };

		if (filters->given[i].resolved != NULL)
			p = *filters->given[i].resolved;
		/* No row has a text that is not a telephone number. */
		else if (f->field.kind == KIND_PHONE &&
		    phone_e164(a, value, strlen(value)) == NULL)
			p.sql = "false";
		else if (f->sql == NULL)
			p = l->build(a, filters, f->field.name, value);
		where_add(out, &p);
	}
}

int
list_where(struct arena *a, const struct form *query, const struct list *l,
    const struct scope *scope, const char *const *known, struct sql *q,
    struct err *e)
{
	struct filters	 filters;
	struct where	 where;

	if (filters_read(a, query, l, known, &filters, e) != 0)
		return -1;
	list_predicates(a, l, &filters, scope, &where);
	sql_where(q, &where);
	return 0;
}

int
list_columns(const struct form *query, const struct schema *s,
    uint64_t *only, struct err *e)
{
	const struct pair	*p = form_find(query, "fields");
	const char		*at;
	size_t			 n;
	int			 i, rc = 0;

	*only = 0;
	if (p == NULL)
		return 0;
	for (at = p->value; *at != '\0'; at += n + (at[n] == ',')) {
		n = strcspn(at, ",");
		if ((i = schema_find(s, at, n)) == -1)
			rc = err_field(e, "fields", "unknown_field",
			    "There is no field %.*s.", n < 60 ? (int)n : 60,
			    at);
		else
			*only |= UINT64_C(1) << i;
	}
	if (rc == 0 && *only == 0)
		rc = err_field(e, "fields", "required",
		    "fields must not be blank.");
	return rc;
}
