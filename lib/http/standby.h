/*
 * Reads from standbys.  A request sees everything that was committed before it,
 * also what the person has just written and rights that were just lost:
 *
 * - [database] read_url, for exports, counts and cross tables: the primary
 *   verifies the caller and says how far its log goes; the standby is used if
 *   it has applied all of that.
 * - [database] sync_url, for all reads while no primary answers: the
 *   synchronous standby has the log of every commit that was acknowledged.  It
 *   verifies the caller once it has applied what it has received.
 */
#ifndef HTTP_STANDBY_H
#define HTTP_STANDBY_H

#include "req.h"
#include "resp.h"

/* Seconds that a standby may be behind the primary while it is waited for. */
#define STANDBY_BEHIND	5

/*
 * Call the handler of the request's route with the primary, or with the standby
 * that may answer instead.
 */
int	 standby_call(struct req *, struct resp *, struct err *) MUST_USE;

/*
 * Return the seconds by which the standby is behind the primary, 0 if it has
 * everything; -1 if it does not answer or has never applied anything.
 */
double	 standby_behind(struct req *);

#endif
