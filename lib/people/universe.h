/*
 * Universes: filters of voters that depend on the database, and segments of
 * several steps.
 *
 * A segment's filter is one flat filter, or steps: {"steps": [{"verb": "add",
 * "filter": {...}}, ...]}.  The steps are applied in order to a set of voters,
 * which is empty at first: each adds the voters of its filter, keeps only those
 * who match it (narrow), or removes those who match it.  The filter of a step
 * may name another segment.
 *
 * All steps become one SQL condition, which PostgreSQL evaluates under the
 * caller's policies.  The result therefore never contains a voter, and never
 * depends on a contact, answer or donation, that the caller cannot see.
 */
#ifndef PEOPLE_UNIVERSE_H
#define PEOPLE_UNIVERSE_H

#include <json-c/json.h>

#include "http/req.h"
#include "rest/filter.h"

#define STEPS_MAX	20	/* of one segment */

/* An empty list, for filters_read(): a stored filter has only filters. */
extern const char *const universe_no_params[];

/*
 * Check the filters that depend on the database or on each other, and set the
 * resolved predicates of the former.  On failure return -1; err names each bad
 * parameter.
 */
int	 universe_resolve(struct req *, struct filters *, struct err *)
	    MUST_USE;

/*
 * Read the filters of voters from a form, and append " WHERE ..." as
 * list_where() does.  Unless steps is NULL, set *steps to the predicates of the
 * steps of segment_id, for universe_blame().
 */
int	 universe_where(struct req *, const struct form *,
	    const struct scope *, const char *const *known,
	    const struct where **steps, struct sql *, struct err *) MUST_USE;

/*
 * Append " WHERE ..." for a filter from a request's body, flat or with steps.
 * 400 for an empty filter.
 */
int	 universe_where_json(struct req *, struct json_object *,
	    const struct where **steps, struct sql *, struct err *) MUST_USE;

/*
 * Check a segment's new filter: 400 that names what is wrong.  self is the
 * segment's id, which the filter must not use even indirectly; 0 for a new
 * segment.
 */
int	 universe_check(struct req *, struct json_object *, int64_t self,
	    struct err *) MUST_USE;

#endif
