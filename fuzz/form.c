/*
 * Fuzz query strings and urlencoded bodies: values are UTF-8 without NUL, and
 * every error is a 400.
 */
#include "core/text.h"
#include "fuzz.h"
#include "http/form.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena	 a = { 0 };
	struct err	 e = { 0 };
	struct form	 f;

	if (form_parse(&f, &a, (const char *)data, n, &e) == 0) {
		for (size_t i = 0; i < f.n; i++)
			if (strlen(f.pair[i].value) != f.pair[i].len ||
			    text_utf8_length(f.pair[i].value,
			    f.pair[i].len) == -1 ||
			    form_find(&f, f.pair[i].name) == NULL)
				abort();
	} else if (err_kind(e.code)->status != 400) {
		abort();
	}
	arena_release(&a);
	return 0;
}
