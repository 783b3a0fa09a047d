/* Conditions that are composed of others. */
#ifndef RECORD_PREDICATE_H
#define RECORD_PREDICATE_H

#include "sql.h"

/* A condition that is being composed.  Its text and values are in an arena. */
struct compound {
	struct buf	 text;
	const char	**value;
	size_t		 n;
	bool		 full;		/* there are too many values */
};

void	 compound_start(struct compound *, struct arena *);

/* Append a predicate; its values get the next numbers. */
void	 compound_add(struct compound *, const struct predicate *);

/*
 * Set *out to the composed condition.  False, with *out untouched, if it is too
 * long or has too many values.
 */
bool	 compound_end(const struct compound *, struct predicate *out)
	    MUST_USE;

#endif
