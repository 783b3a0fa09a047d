/* Fuzz ActBlue's deliveries: the result is valid JSON for the database. */
#include "fuzz.h"
#include "money/actblue.h"
#include "record/json.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena	 a;
	static struct err	 e;
	struct json_object	*delivery = NULL, *gifts = NULL;
	struct buf		 b;

	err_clear(&e);
	if (json_parse((const char *)data, n, &delivery, &e) != 0)
		return 0;
	buf_init_in(&b, &a, 1024 * 1024);
	if (actblue_read(&a, delivery, &b, &e) == 0) {
		if (json_parse(b.data, b.len, &gifts, &e) != 0 ||
		    !json_object_is_type(gifts, json_type_array))
			abort();
		json_object_put(gifts);
	} else if (e.code == ERR_NONE) {
		abort();
	}
	json_object_put(delivery);
	arena_reset(&a);
	return 0;
}
