/*
 * How fast a long response is sent.  An export could keep a processor busy for
 * a minute, and everybody else would wait for their turn behind it.  So it
 * pauses while the machine is busy.
 *
 * It compares the time that each stretch of the response takes with that of
 * the fastest stretch so far.  If a stretch takes more than twice as long,
 * others want the processors, or the client is slow: the export pauses for
 * twice the time that was lost.  LEDBAT (RFC 6817) yields by the same kind of
 * measurement.
 */
#ifndef HTTP_YIELD_H
#define HTTP_YIELD_H

#include "core/base.h"

#define YIELD_STRETCH	(256 * 1024)	/* bytes */
#define YIELD_MAX_US	40000		/* the longest pause */

struct yield {
	size_t	 sent;		/* bytes of the current stretch */
	int64_t	 begin_us;	/* its begin, by clock_us(); 0: not begun */
	int64_t	 best_us;	/* what the fastest took; 0: none yet */
};

/*
 * Count n bytes that were sent until now_us.  Return how long to pause, in
 * microseconds, 0 in the middle of a stretch.  The caller then pauses, and
 * calls yield_go_on() with the time after it.
 */
int64_t	 yield_sent(struct yield *, size_t n, int64_t now_us);
void	 yield_go_on(struct yield *, int64_t now_us);

#endif
