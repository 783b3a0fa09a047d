/*
 * Fuzz bodies of the donation form, with billing_details, metadata and an
 * address in one text: a refusal has a reason, and accepted values are UTF-8
 * within the limits of their fields.
 */
#include "core/text.h"
#include "fuzz.h"
#include "money/donor.h"

static void
check_record(int rc, const struct rec *r, const struct err *e)
{
	ptrdiff_t	 n;

	if (rc != 0) {
		if (e->code == ERR_NONE)
			abort();
		return;
	}
	for (size_t i = 0; i < r->schema->n; i++) {
		if (r->value[i] == NULL)
			continue;
		n = text_utf8_length(r->value[i], strlen(r->value[i]));
		if (n == -1 || (r->schema->field[i].max != 0 &&
		    (size_t)n > r->schema->field[i].max))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char	*minimum[] = { "usd:50", "eur:50" };
	struct cfg		 cfg = { .stripe_minimums = {
				    .word = minimum, .n = 2 } };
	struct arena		 a = { 0 };
	struct err		 e = { 0 };
	struct req		 rq = { .arena = &a, .cfg = &cfg };
	struct rec		 r;
	char			*text = arena_strndup(&a,
				    (const char *)data, n);

	rq.json = json_tokener_parse(text);
	if (rq.json != NULL) {
		check_record(intent_read(&rq, &r, &e), &r, &e);
		err_clear(&e);
		check_record(details_read(&rq, &r, &e), &r, &e);
		json_object_put(rq.json);
	}
	arena_release(&a);
	return 0;
}
