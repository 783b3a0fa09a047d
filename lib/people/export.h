/*
 * Exports: rows as a CSV file, streamed, so that the memory does not grow with
 * their number.
 */
#ifndef PEOPLE_EXPORT_H
#define PEOPLE_EXPORT_H

#include "rest/list.h"

/*
 * Send the selected rows as CSV with a header line.  only is a bit mask of the
 * schema's fields, 0 for all; from is "FROM table t WHERE ..." with its
 * parameters; name is the file's name for browsers, without ".csv".
 *
 * An empty cell is null.  A list of strings is separated by semicolons, or
 * written as a JSON array if one of the strings contains a semicolon or "[".
 *
 * An error before the first row is -1 as usual.  After that the status has been
 * sent, so the connection ends without the end of the body.
 */
int	 export_stream(struct req *, struct resp *, const struct schema *,
	    uint64_t only, const struct sql *from, const char *name,
	    struct err *) MUST_USE;

/*
 * Check whether the caller may export the campaign that the query parameter
 * campaign_id names, or any campaign if there is none.  *all is true for an
 * admin, who may export everything.  403 if the caller is not a manager of that
 * campaign, or of any; 404 if they cannot see it.
 */
int	 export_allowed(struct req *, const struct form *query, bool *all,
	    struct err *) MUST_USE;

/*
 * GET /voters/export: the voters as CSV.  The query may have the filters of GET
 * /voters and fields=.  Admins export all voters, others those of the campaigns
 * that they manage.
 */
int	 export_voters(struct req *, struct resp *, struct err *);

#endif
