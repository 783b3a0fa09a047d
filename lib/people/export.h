/*
 * Exports: rows as a CSV file, streamed, so that the memory does not grow with
 * their number.
 */
#ifndef PEOPLE_EXPORT_H
#define PEOPLE_EXPORT_H

#include "rest/list.h"

/* The query parameter of files without filters: why they are exported. */
extern const char *const export_params[];

/*
 * Send the selected rows as CSV with a header line, and record that in the
 * audit log.  Call it outside a transaction.  only is a bit mask of the
 * schema's fields, 0 for all; from is "FROM table t WHERE ..." with its
 * parameters; name is the file's name for browsers, without ".csv".
 *
 * An empty cell is null.  A list of strings is separated by semicolons, or
 * written as a JSON array if one of the strings contains a semicolon or "[".
 *
 * Return -1 if an error occurs before the first row.  Later the status has
 * already been sent, so an error cuts the body short.
 */
int	 export_stream(struct req *, struct resp *, const struct schema *,
	    uint64_t only, const struct sql *from, const char *name,
	    struct err *) MUST_USE;

/*
 * Check whether the caller may export.  Admins may export everything: *all is
 * set to true.  Others have to manage the campaign of the query parameter
 * campaign_id, or, without it, at least one campaign: 403 if they do not, 404
 * if they cannot see the campaign.
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
