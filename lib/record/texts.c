/* Sets of texts in PostgreSQL's syntax.  Each text is checked like a field. */
#include <json-c/json.h>

#include "texts.h"

void
texts_init(struct texts *t, const struct field *f, struct arena *a, size_t max)
{
	*t = (struct texts){ .field = f, .arena = a };
	buf_init(&t->b, max);
	buf_addc(&t->b, '{');
	t->seen = json_object_new_object();
}

int
texts_add(struct texts *t, const char *s, size_t n, struct err *e)
{
	const struct field	 one = { .name = t->field->name,
				    .kind = KIND_TEXT, .max = t->field->max };
	const char		*text;

	if (field_check(&one, t->arena, s, n, &text, e) != 0)
		return -1;
	if (text == NULL || json_object_object_get_ex(t->seen, text, NULL))
		return 0;
	json_object_object_add(t->seen, text, NULL);
	buf_adds(&t->b, t->b.len > 1 ? ",\"" : "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_addc(&t->b, '\\');
		buf_addc(&t->b, *text);
	}
	buf_addc(&t->b, '"');
	return 0;
}

int
texts_end(struct texts *t, const char **out, struct err *e)
{
	buf_addc(&t->b, '}');
	if (t->b.failed)
		return err_field(e, t->field->name, "too_long",
		    "%s is too long.", t->field->name);
	*out = arena_strndup(t->arena, t->b.data, t->b.len);
	return 0;
}

void
texts_release(struct texts *t)
{
	json_object_put(t->seen);
	buf_release(&t->b);
}
