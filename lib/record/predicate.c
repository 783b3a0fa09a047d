/* Conditions that are composed of others.  sql.c puts them into statements. */
#include <stdlib.h>

#include "predicate.h"

#define TEXT_MAX	(40 * 1024)

void
compound_start(struct compound *t, struct arena *a)
{
	buf_init_in(&t->text, a, TEXT_MAX);
	t->value = arena_alloc(a, PREDICATE_MAX * sizeof(*t->value));
	t->n = 0;
	t->full = false;
}

void
compound_add(struct compound *t, const struct predicate *p)
{
	const char *const	*value = p->many != NULL ? p->many : p->value;
	size_t			 number[PREDICATE_MAX] = { 0 }, i;
	char			*end;

	for (const char *c = p->sql; *c != '\0'; c++) {
		if (*c != '?') {
			buf_addc(&t->text, *c);
			continue;
		}
		i = strtoul(c + 1, &end, 10) - 1;
		c = end - 1;
		if (number[i] == 0 && t->n == PREDICATE_MAX) {
			t->full = true;
			return;
		}
		if (number[i] == 0) {
			t->value[t->n] = value[i];
			number[i] = ++t->n;
		}
		buf_addf(&t->text, "?%zu", number[i]);
	}
}

bool
compound_end(const struct compound *t, struct predicate *out)
{
	if (t->full || t->text.failed)
		return false;
	*out = (struct predicate){ .sql = buf_str(&t->text), .many = t->value,
	    .n = t->n };
	return true;
}
