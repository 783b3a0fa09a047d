/* Rows that the tests of access rights create for a call, by name. */
#ifndef ACCESS_MADE_H
#define ACCESS_MADE_H

#include <stdint.h>

/*
 * Create what a name stands for, such as "voter", in a campaign (0: in none),
 * and return its id.  A user owns the keys and sessions that are made in
 * campaign 1.
 */
const char	*made(const char *name, int campaign, int user);
int64_t		 made_id(const char *name, int campaign);

/* Replace each {name} in a text by made(name, ...).  NULL stays NULL. */
const char	*made_text(const char *text, int campaign, int user);

#endif
