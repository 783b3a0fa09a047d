/*
 * Universes: filters of voters that depend on the database, and segments of
 * several steps.
 *
 * A segment's filter is one flat filter, or steps: {"steps": [{"verb": "add",
 * "filter": {...}}, ...]}.  The steps begin with nobody; each adds the voters
 * of its filter, narrows to them, or removes them.  The filter of a step may
 * name another segment.
 *
 * All steps become one condition, which PostgreSQL tests under the caller's
 * policies.  So a universe shows no voter, and depends on no contact, answer or
 * donation, that the caller cannot see.
 */
#ifndef PEOPLE_UNIVERSE_H
#define PEOPLE_UNIVERSE_H

#include <json-c/json.h>

#include "http/req.h"
#include "rest/filter.h"

#define STEPS_MAX	20	/* of one segment */

/* The parameters that a filter, and the body of a stored one, has besides. */
extern const char *const universe_no_params[];

/*
 * Check the filters of voters together, and set the predicates of those that
 * depend on the database.  On failure return -1; err names each that is wrong.
 */
int	 universe_resolve(struct req *, struct filters *, struct err *)
	    MUST_USE;

/*
 * Read the filters of voters from a form, and append " WHERE ..." as
 * list_where() does.  steps, unless it is NULL, is set to the steps of a
 * segment among them, for universe_blame().
 */
int	 universe_where(struct req *, const struct form *,
	    const struct scope *, const char *const *known,
	    const struct where **steps, struct sql *, struct err *) MUST_USE;

/*
 * Append " WHERE ..." for the filter of a body: a flat filter, or steps.  It
 * must not be empty.
 */
int	 universe_where_json(struct req *, struct json_object *,
	    const struct where **steps, struct sql *, struct err *) MUST_USE;

/*
 * Check a segment's new filter.  self is the segment's id, or 0 for a new one:
 * no segment may contain itself.
 */
int	 universe_check(struct req *, struct json_object *, int64_t self,
	    struct err *) MUST_USE;

#endif
