/*
 * What each column of a voter file is used for, as reports and responses show
 * it.  plan.c decides it.
 */
#include "columns.h"
#include "record/json.h"

/* Set the field of a column; several are joined by commas. */
static void
use(struct column *c, size_t n, struct arena *a, size_t cell,
    const char *field)
{
	if (cell < n)
		c[cell].field = c[cell].field == NULL ? field :
		    arena_printf(a, "%s, %s", c[cell].field, field);
}

const struct column *
columns_of(const struct plan *p, struct arena *a)
{
	size_t		 n = p->columns;
	struct column	*c = arena_zalloc(a, (n + 1) * sizeof(*c));

	for (size_t i = 0; i < n; i++) {
		c[i].heading = p->heading != NULL ? p->heading[i] : "";
		c[i].ignored = *c[i].heading != '\0';
		if (*c[i].heading == '\0')
			c[i].heading = arena_printf(a, "column %zu", i + 1);
	}
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->target[i].n; k++)
			use(c, n, a, p->target[i].cell[k],
			    voter_schema.field[p->target[i].field].name);
	for (size_t i = 0; i < p->nsplit; i++)
		for (size_t k = 0; k < p->split[i]->n; k++)
			use(c, n, a, p->split_cell[i],
			    voter_schema.field[p->split[i]->field[k]].name);
	for (size_t k = 0; k < p->full_name.n; k++)
		use(c, n, a, p->full_name.cell[k], FULL_NAME);
	for (size_t i = 0; p->votes != NULL && i < n; i++)
		if (p->votes[i])
			use(c, n, a, i, "votes");
	for (size_t i = 0; i < p->nunmapped; i++)
		c[p->unmapped[i]].ignored = false;
	for (size_t i = 0; i < n; i++)
		c[i].ignored &= c[i].field == NULL;
	return c;
}

void
columns_write(const struct plan *p, struct arena *a, struct buf *b)
{
	const struct column	*c = columns_of(p, a);

	buf_addc(b, '[');
	for (size_t i = 0; i < p->columns; i++) {
		buf_adds(b, i > 0 ? ",{\"header\":" : "{\"header\":");
		json_add_string(b, c[i].heading, strlen(c[i].heading));
		buf_adds(b, ",\"column\":");
		if (c[i].field == NULL)
			buf_adds(b, "null");
		else
			json_add_string(b, c[i].field, strlen(c[i].field));
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

void
columns_write_unmapped(const struct plan *p, struct arena *a, struct buf *b)
{
	const struct column	*c = columns_of(p, a);

	buf_addc(b, '[');
	for (size_t i = 0; i < p->nunmapped; i++) {
		const char	*name = c[p->unmapped[i]].heading;

		if (i > 0)
			buf_addc(b, ',');
		json_add_string(b, name, strlen(name));
	}
	buf_addc(b, ']');
}

const char *
columns_ignored(const struct plan *p, struct arena *a)
{
	const struct column	*c = columns_of(p, a);
	struct buf		 b;

	buf_init_in(&b, a, 8192);
	for (size_t i = 0; i < p->columns; i++)
		if (c[i].ignored)
			buf_addf(&b, "%s%.60s", b.len > 0 ? ", " : "",
			    c[i].heading);
	return b.len == 0 ? NULL : arena_printf(a, "A file cannot set %s. "
	    "These columns are ignored.", buf_str(&b));
}
