/* The mapping of a request: rules as a JSON object. */
#ifndef IMPORT_LAYOUT_MAP_H
#define IMPORT_LAYOUT_MAP_H

#include <json-c/json.h>

#include "layout.h"

/*
 * Replace the rules of the fields that the mapping names.  Its values are a
 * heading, a position counted from 1, an array of these, null for a field that
 * is not written, or an object such as
 * {"column": "Status", "value": "A", "values": {"I": "Inactive"}}.  400 names
 * every member that is wrong.
 */
int	 layout_map(struct layout *, struct arena *,
	    struct json_object *mapping, struct err *) MUST_USE;

#endif
