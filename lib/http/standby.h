/*
 * Reads from a standby, [database] read_url: exports, counts and cross tables.
 * The primary verifies the caller and says how far its log goes; the standby is
 * used if it has applied all of that.  So a request sees everything that was
 * committed before it, also what the person has just written and rights that
 * were just lost.
 */
#ifndef HTTP_STANDBY_H
#define HTTP_STANDBY_H

#include "req.h"
#include "resp.h"

/* Seconds that a standby may be behind the primary while it is waited for. */
#define STANDBY_BEHIND	5

/*
 * Call the handler of the request's route with the standby, or with the primary
 * if there is no standby, if it is behind, or if it fails.
 */
int	 standby_call(struct req *, struct resp *, struct err *) MUST_USE;

/*
 * Return the seconds by which the standby is behind the primary, 0 if it has
 * everything; -1 if it does not answer or has never applied anything.
 */
double	 standby_behind(struct req *);

#endif
