/* How much time has passed, whatever happens to the time of day. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include "base.h"

/* Milliseconds since some moment before the process; it never goes back. */
int64_t	 clock_ms(void);

#endif
