/* A clock for measuring durations. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include "base.h"

/*
 * Return milliseconds of the monotonic clock.  Only differences mean anything:
 * the clock starts at an arbitrary moment, and setting the time of day does not
 * change it.
 */
int64_t	 clock_ms(void);

/* The same in microseconds. */
int64_t	 clock_us(void);

#endif
