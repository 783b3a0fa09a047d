/*
 * What all layouts share: defaults, fields, replacements.  layout_file.c,
 * layout_parse.c and layout_map.c read them.
 */
#include "layout.h"

void
layout_init(struct layout *l)
{
	memset(l, 0, sizeof(*l));
	l->header = l->quote = l->order = -1;
}

bool
layout_may_set(size_t field)
{
	return (voter_schema.field[field].flags & F_SERVER) == 0 &&
	    field != VOTER_source_campaign_id;
}

int
layout_field(const char *name)
{
	int	 i = schema_find(&voter_schema, name, strlen(name));

	return i != -1 && layout_may_set((size_t)i) ? i : -1;
}

void
layout_add_value(struct rule *r, struct arena *a, const char *from,
    const char *to)
{
	struct value	*v = arena_zalloc(a, sizeof(*v)), **at = &r->values;

	v->from = strcmp(from, "*") == 0 ? NULL : arena_strdup(a, from);
	v->to = arena_strdup(a, to);
	/* In order, except that the one for any other text is the last. */
	while (*at != NULL && (v->from == NULL || (*at)->from != NULL))
		at = &(*at)->next;
	v->next = *at;
	*at = v;
}
