/* Fuzz the check of a webhook's body that precedes storing it. */
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
	/* A valid event contains no NUL, which jsonb would refuse. */
	if (event_valid(payload, n, &e) && strlen(payload) != n)
		abort();
	free(payload);
	return 0;
}
