/* The monotonic clock, for durations.  The time of day is time(NULL). */
#include <time.h>

#include "clock.h"

int64_t
clock_us(void)
{
	struct timespec	 t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	return clock_us() / 1000;
}
