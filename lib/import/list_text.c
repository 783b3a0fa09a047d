/*
 * Reading lists of texts as voter files write them.  record/texts.c has the
 * sets that they become.
 */
#include "list_text.h"
#include "record/json.h"
#include "record/texts.h"

int
texts_read(struct arena *a, const struct field *f, const char *s, size_t n,
    const char **out, struct err *e)
{
	struct json_object	*list = NULL, *v;
	struct texts		 t;
	const char		*item;
	size_t			 end;
	int			 rc = 0;

	*out = NULL;
	texts_init(&t, f, a, 64 * 1024);
	if (*s == '[' && json_parse(s, n, &list, e) != 0)
		err_clear(e);
	if (list != NULL) {
		for (size_t i = 0; i < json_object_array_length(list) &&
		    rc == 0; i++) {
			v = json_object_array_get_idx(list, i);
			item = json_object_get_string(v);
			if (item != NULL)
				rc = texts_add(&t, item, strlen(item), e);
		}
	} else {
		for (size_t i = 0; i <= n && rc == 0; i = end + 1) {
			for (end = i; end < n && s[end] != ';'; end++)
				;
			rc = texts_add(&t, s + i, end - i, e);
		}
	}
	if (rc == 0 && t.b.len > 1)
		rc = texts_end(&t, out, e);
	json_object_put(list);
	texts_release(&t);
	return rc;
}
