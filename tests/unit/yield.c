/* When a long response pauses. */
#include <criterion/criterion.h>

#include "http/yield.h"

/* Send one stretch that takes so long.  Return the pause that follows it. */
static int64_t
stretch(struct yield *p, int64_t *now, int64_t took)
{
	int64_t	 pause;

	cr_expect_eq(yield_sent(p, YIELD_STRETCH / 2, *now + took / 2), 0);
	*now += took;
	pause = yield_sent(p, YIELD_STRETCH / 2, *now);
	*now += pause;
	if (pause > 0)
		yield_go_on(p, *now);
	return pause;
}

Test(yield, an_idle_machine_makes_no_pauses)
{
	struct yield	 p = { 0 };
	int64_t		 now = 5000000;

	cr_expect_eq(yield_sent(&p, YIELD_STRETCH, now), 0, "the query's time");
	for (int i = 0; i < 100; i++)
		cr_expect_eq(stretch(&p, &now, i % 2 == 0 ? 2000 : 3900), 0);
}

Test(yield, a_busy_machine_makes_pauses_of_twice_the_lost_time)
{
	struct yield	 p = { 0 };
	int64_t		 now = 5000000;

	yield_sent(&p, 1, now);
	cr_expect_eq(stretch(&p, &now, 2000), 0);
	cr_expect_eq(stretch(&p, &now, 9000), 2 * (9000 - 2 * 2000));
	cr_expect_eq(stretch(&p, &now, 2000), 0, "the pause is not counted");
	cr_expect_eq(stretch(&p, &now, 60000000), YIELD_MAX_US);
	/* Faster than ever: what is usual is measured by it from now on. */
	cr_expect_eq(stretch(&p, &now, 1000), 0);
	cr_expect_eq(stretch(&p, &now, 3000), 2 * (3000 - 2 * 1000));
}
