/* The table of routes, and of the statuses that each role gets. */
#ifndef ACCESS_MATRIX_H
#define ACCESS_MATRIX_H

#include <stddef.h>

/*
 * path and body may contain placeholders, such as {voter}: see made.h.  own,
 * other and none are the expected statuses of the roles "visitor nobody viewer
 * editor manager admin" for rows of the caller's campaign, of another one and
 * of no campaign.
 */
struct row {
	const char	*prefix;
	const char	*method;
	const char	*route;		/* in the program's table */
	const char	*path;		/* after the prefix */
	const char	*body;
	const char	*own;
	const char	*other;		/* NULL: not tested */
	const char	*none;		/* NULL: every row has a campaign */
};

extern const struct row	matrix[];
extern const size_t	matrix_n;

#endif
