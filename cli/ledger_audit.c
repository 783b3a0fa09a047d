/* The report of cerberus donations check. */
#include <inttypes.h>

#include "ledger_audit.h"

void
audit_differs(struct audit *a, const char *where, const char *what,
    int64_t has, int64_t wanted)
{
	printf("%s: %s is %" PRId64 ", not %" PRId64 "\n", where, what, has,
	    wanted);
	a->differences++;
}
