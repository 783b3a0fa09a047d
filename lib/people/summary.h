/* Summaries: the filter of a segment in English sentences. */
#ifndef PEOPLE_SUMMARY_H
#define PEOPLE_SUMMARY_H

#include <json-c/json.h>

#include "http/req.h"

/*
 * Set *out to a sentence for each step of a segment's filter, such as "Add:
 * Democrats in precinct 7. Narrow: voted in at least 2 of the last 3
 * primaries."  The names of questions, elections and other segments are read as
 * the caller sees them.
 */
int	 summary_write(struct req *, struct json_object *filter,
	    const char **out, struct err *) MUST_USE;

#endif
