/*
 * Fuzz JSON bodies of voters, campaigns and signups: every accepted value must
 * be acceptable to PostgreSQL, that is UTF-8 without NUL and within its limits.
 */
#include "campaign/campaign.h"
#include "core/text.h"
#include "fuzz.h"
#include "people/signup.h"
#include "people/voter.h"
#include "record/json.h"

static void
check_values(const struct rec *r)
{
	for (size_t i = 0; i < r->schema->n; i++) {
		const char	*v = r->value[i];
		ptrdiff_t	 chars;

		if (v == NULL)
			continue;
		if (*v == '\0' || !rec_has(r, i) ||
		    (chars = text_utf8_length(v, strlen(v))) == -1)
			abort();
		if (r->schema->field[i].kind != KIND_TEXTS &&
		    r->schema->field[i].max > 0 &&
		    (size_t)chars > r->schema->field[i].max)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct schema *const schemas[] = {
		&voter_schema, &campaign_schema, &signup_schema
	};
	struct arena		 a = { 0 };
	struct err		 e = { 0 };
	struct json_object	*in;
	struct rec		 r;

	if (json_parse((const char *)data, n, &in, &e) != 0) {
		if (err_kind(e.code)->status != 400)
			abort();
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(schemas); i++) {
		err_clear(&e);
		rec_init(&r, schemas[i], &a);
		if (rec_from_json(&r, in, i == 2 ? UNKNOWN_IGNORE :
		    UNKNOWN_REFUSE, NULL, &e) != 0 && e.code == ERR_NONE)
			abort();
		check_values(&r);
		if (rec_require(&r, true, &e) != 0 && e.nfields == 0)
			abort();
	}
	json_object_put(in);
	arena_release(&a);
	return 0;
}
