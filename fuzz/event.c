/* A webhook's body, as the program reads it before PostgreSQL does. */
#include "fuzz.h"
#include "stripe/event.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct err	 e;
	char			*payload = malloc(n + 1);

	if (payload == NULL)
		return 0;
	memcpy(payload, data, n);
	payload[n] = '\0';
	err_clear(&e);
	/* What is taken holds no NUL, or jsonb would refuse it. */
	if (event_valid(payload, n, &e) && strlen(payload) != n)
		abort();
	free(payload);
	return 0;
}
