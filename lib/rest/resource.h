/*
 * One row of a schema by its id: reading, creating, changing and deleting it in
 * a request, each in one round trip.  Lists of rows are in list.h, other
 * responses in doc.h.
 *
 * The entity tag of a row is the time of its last change, updated_at, which the
 * database never repeats.
 */
#ifndef REST_RESOURCE_H
#define REST_RESOURCE_H

#include "db/db.h"
#include "http/req.h"
#include "http/resp.h"

/* 200 with the row; 404 if there is none that the caller can see. */
int	 resource_get(struct req *, struct resp *, const struct schema *,
	    int64_t id, struct err *);

/*
 * Insert the record; 201 with the new row and its Location.  more is a
 * statement to run after the INSERT in the same transaction, or NULL.
 */
int	 resource_create(struct req *, struct resp *, const struct rec *,
	    const struct db_query *more, struct err *);

/*
 * Change the fields that the record has; 200 with the changed row.  404 if the
 * caller cannot see the row, 412 if If-Match names another version, 403 if they
 * may not change it.
 */
int	 resource_update(struct req *, struct resp *, const struct rec *,
	    int64_t id, struct err *);

/*
 * 200 {"message": "Voter 5 deleted successfully."}.  Errors as for
 * resource_update(); also 409 if other rows need this one (needed_by of the
 * schema), with their number.
 */
int	 resource_delete(struct req *, struct resp *, const struct schema *,
	    int64_t id, struct err *);

/*
 * Read a record from the JSON body and check it, for creating or for changing a
 * row.  400 names every bad field.  extra is as in rec_from_json().
 */
int	 resource_read(struct req *, const struct schema *, bool create,
	    const char *const *extra, struct rec *, struct err *) MUST_USE;

/* Check that the caller can see a row with this id; otherwise 404. */
int	 resource_exists(struct req *, const struct schema *, int64_t id,
	    struct err *) MUST_USE;

/*
 * Return the versions that If-Match names as a timestamptz[] parameter in the
 * request's arena; NULL if any version matches.
 */
const char *resource_versions(const struct req *);

/*
 * Return -1 (412) if the request has an If-Match that does not list the version
 * of the first row.
 */
int	 resource_stale(const struct req *, const struct schema *,
	    const struct rows *, struct err *) MUST_USE;

/*
 * Run two statements in one transaction: write, which changes a row, and then
 * look, which selects the same row.  Their results are rows[0] and rows[1]:
 *
 *	written		selected
 *	1		1	the row was written
 *	0		0	there is no row that the caller can see
 *	0		1	the caller may not write the row, or its WHERE
 *				clause excludes the row, such as by a version
 *
 * In the last case both run a second time, because another request may have
 * inserted the row between the two statements.
 *
 * The caller tells the two reasons of the last case apart by the selected row:
 * if it meets the WHERE clause, the right to write is missing.  So that clause
 * must not test what other requests can change and change back, unlike a
 * version: it could be false for write and true for look.
 */
int	 resource_write(struct req *, const struct db_query *write,
	    const struct db_query *look, struct rows *rows[2], struct err *)
	    MUST_USE;

/*
 * Call this after a failed write, so that a 403 does not reveal that a campaign
 * exists: if the error is a 403 and the caller cannot see the campaign, change
 * it to a 400 for campaign_id.  This rolls back an open transaction.  campaign
 * is the id that the client sent, or NULL.  Return -1.
 */
int	 resource_hide_campaign(struct req *, const char *campaign,
	    struct err *);

/*
 * Return the entity tag of a row, with its quotes, in the arena.  The first
 * columns are the schema's fields in order.  Without updated_at it is a hash of
 * all columns.
 */
const char *resource_etag(struct arena *, const struct schema *,
	    const struct rows *, size_t row);

#endif
