/* The form of a segment's filter in JSON: flat, or steps. */
#ifndef PEOPLE_SEGMENT_FILTER_H
#define PEOPLE_SEGMENT_FILTER_H

#include <json-c/json.h>

#include "http/req.h"

/* What a step does with the voters of its filter. */
enum verb {
	VERB_ADD,
	VERB_NARROW,
	VERB_REMOVE,
	VERB__MAX
};

extern const char *const segment_verbs[];

/*
 * Set *out to the members of a flat filter as parameters of a query.  400 names
 * the members whose values cannot be parameters.
 */
int	 segment_members(struct arena *, struct json_object *,
	    struct form *out, struct err *) MUST_USE;

/* Read the verb and the filter of a step.  400 names the bad members. */
int	 segment_step(struct json_object *, enum verb *,
	    struct json_object **filter, struct err *) MUST_USE;

/*
 * Read a segment's filter, which the caller frees with json_object_put(), and
 * its campaign, NULL if it has none.  If the caller cannot see the segment, err
 * names segment_id.
 */
int	 segment_stored(struct req *, const char *id,
	    struct json_object **filter, const char **campaign, struct err *)
	    MUST_USE;

/* Does this filter have no steps, and name no other segment? */
bool	 segment_is_flat(struct json_object *);

#endif
