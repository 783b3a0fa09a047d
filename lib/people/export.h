/* Rows as a CSV file, streamed: flat memory however many there are. */
#ifndef PEOPLE_EXPORT_H
#define PEOPLE_EXPORT_H

#include "rest/list.h"

/*
 * Answers with the columns of a schema that only has (0: all), from what a query
 * selects.  from is "FROM ... WHERE ..." with its parameters.  name is the file's
 * for a browser.
 *
 * Blank is null; a list of texts is divided by semicolons, or a JSON array where
 * a text holds one.
 */
int	 export_stream(struct req *, struct resp *, const struct schema *,
	    uint64_t only, const struct sql *from, const char *name,
	    struct err *) MUST_USE;

/*
 * May the caller export what the query's campaign_id names, or without one
 * anything at all?  *all: they are an admin, and see everything.  403 unless
 * they are a manager of that campaign, or of any; 404 when they cannot see it.
 */
int	 export_allowed(struct req *, const struct form *query, bool *all,
	    struct err *) MUST_USE;

/*
 * GET of voters/export: the filters of the list and fields=.  Admins export all,
 * others the voters of campaigns whose managers they are.
 */
int	 export_voters(struct req *, struct resp *, struct err *);

#endif
