/*
 * Fuzz the check of webhook signatures: no input may have a good one.  The
 * first line of the input is the header Stripe-Signature, the rest is the
 * body.
 */
#include "fuzz.h"
#include "stripe/signature.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char		*secret[] = { "whsec_fuzz", "", "whsec_other" };
	const struct cfg_list	 secrets = { secret, ARRAY_LEN(secret) };
	const uint8_t		*end = n > 0 ? memchr(data, '\n', n) : NULL;
	size_t			 len = end != NULL ? (size_t)(end - data) : n;
	char			*header = strndup((const char *)data, len);

	/* libFuzzer's data and the heap have no byte to spare at their ends, so
	 * that AddressSanitizer detects a read past the end of either. */
	if (header == NULL)
		return 0;
	if (signature_check(header, end != NULL ? end + 1 : data,
	    end != NULL ? n - len - 1 : 0, &secrets, 1700000000) ==
	    SIGNATURE_GOOD)
		abort();
	free(header);
	return 0;
}
