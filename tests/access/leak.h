/* The calls of the staff page and the forms, made by somebody else. */
#ifndef ACCESS_LEAK_H
#define ACCESS_LEAK_H

#include <stddef.h>

struct answer;

/*
 * Make each call of tests/portal/calls whose path begins with prefix as the
 * owner of the token, with the ids and names of both campaigns, and pass each
 * answer to look().  Return how many there were.
 */
size_t	 leak_portal(const char *token, const char *prefix,
	    void (*look)(const char *call, const struct answer *));

#endif
