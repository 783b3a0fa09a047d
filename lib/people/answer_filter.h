/* The filter of voters by their answers to a survey question. */
#ifndef PEOPLE_ANSWER_FILTER_H
#define PEOPLE_ANSWER_FILTER_H

#include "http/req.h"
#include "rest/filter.h"

/*
 * Check the i-th filter, "question" or "question:value", and set its predicate.
 * On failure return -1; err names the field answer.
 */
int	 answer_filter_resolve(struct req *, struct filters *, size_t i,
	    struct err *) MUST_USE;

#endif
