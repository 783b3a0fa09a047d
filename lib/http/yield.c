/* When a long response pauses. */
#include "yield.h"

int64_t
yield_sent(struct yield *p, size_t n, int64_t now_us)
{
	int64_t	 took = now_us - p->begin_us, lost;

	/* The time before the first byte is that of the query. */
	if (p->begin_us == 0) {
		yield_go_on(p, now_us);
		return 0;
	}
	p->sent += n;
	if (p->sent < YIELD_STRETCH)
		return 0;
	if (p->best_us == 0 || took < p->best_us)
		p->best_us = took;
	lost = took - 2 * p->best_us;
	if (lost <= 0) {
		yield_go_on(p, now_us);
		return 0;
	}
	return 2 * lost < YIELD_MAX_US ? 2 * lost : YIELD_MAX_US;
}

void
yield_go_on(struct yield *p, int64_t now_us)
{
	p->sent = 0;
	p->begin_us = now_us;
}
