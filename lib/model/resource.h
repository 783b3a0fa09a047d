/*
 * One row by its id, as HTTP sees it: read, create, change, delete, for any
 * schema whose table has updated_at.  Each is one round trip.
 *
 * The ETag is the time of the last change, which the database never repeats.
 */
#ifndef MODEL_RESOURCE_H
#define MODEL_RESOURCE_H

#include "db/db.h"
#include "http/req.h"
#include "http/resp.h"

/* 200 with the row; 404 when there is none that the caller may see. */
int	 resource_get(struct req *, struct resp *, const struct schema *,
	    int64_t id, struct err *);

/*
 * 201 with the new row and its Location.  more, which may be NULL, is a
 * statement to run after the INSERT in the same transaction.
 */
int	 resource_create(struct req *, struct resp *, const struct rec *,
	    const struct db_query *more, struct err *);

/*
 * 200 with the changed row.  404 when the caller cannot see it, 412 when
 * If-Match is stale, 403 when they may only read it.
 */
int	 resource_update(struct req *, struct resp *, const struct rec *,
	    int64_t id, struct err *);

/*
 * 200 {"message": "Voter 5 deleted successfully."}; errors as for update, and
 * 409 with their number when other rows need it (needed_by of the schema).
 */
int	 resource_delete(struct req *, struct resp *, const struct schema *,
	    int64_t id, struct err *);

/*
 * The record of a JSON body, checked for create or for update; every bad field
 * is named.  extra as for rec_from_json().
 */
int	 resource_read(struct req *, const struct schema *, bool create,
	    const char *const *extra, struct rec *, struct err *) MUST_USE;

/* 404 when there is no such row that the caller may see. */
int	 resource_seen(struct req *, const struct schema *, int64_t id,
	    struct err *) MUST_USE;

/*
 * The versions that If-Match names, as an array of times for PostgreSQL; NULL
 * where any version will do.
 */
const char *resource_versions(const struct req *);

/* 412 when If-Match is there and does not name the first row of the result. */
int	 resource_stale(const struct req *, const struct schema *,
	    const PGresult *, struct err *) MUST_USE;

/*
 * Runs write and behind it look, which selects the row that is to be written.
 * The number of written rows, PQcmdTuples(res[0]), and of seen ones tell what
 * happened: none and none, the row is gone; none and one, it is there, but the
 * caller may not write it, or the write's own condition does not hold.  A row
 * that came into sight between the two cannot pass for a refused one, because
 * both run again before that is believed; a condition that may come and go must
 * not be one of the write.  The caller owns both results.
 */
int	 resource_write(struct req *, const struct db_query *write,
	    const struct db_query *look, PGresult *res[2], struct err *)
	    MUST_USE;

/*
 * After a write that failed: where the policies refused it because of a
 * campaign that the caller cannot see, e says that there is no such campaign.
 * Always -1.
 */
int	 resource_refused(struct req *, const char *campaign, struct err *);

/* The entity tag of a row whose first column is the schema's first field. */
const char *resource_etag(struct arena *, const struct schema *,
	    const PGresult *, int row);

#endif
