/*
 * Helpers for handlers whose response is not one row of a schema, or whose body
 * is not one record: JSON documents that PostgreSQL writes, arrays of rows, and
 * single members of a body.
 */
#ifndef REST_DOC_H
#define REST_DOC_H

#include "db/db.h"
#include "http/req.h"
#include "http/resp.h"

/*
 * Run a statement that returns one row with one column, the JSON body of the
 * response.  If there is no row, or the value is null: 404, and the message is
 * missing.
 */
int	 doc_answer(struct req *, struct resp *, int status, const char *sql,
	    int n, const char *const *param, const char *missing,
	    struct err *);

/*
 * Append a row as a JSON object.  The columns from position first on are the
 * schema's fields in order; only is a bit mask of the fields to show, 0 for
 * all.
 */
void	 doc_row(struct buf *, const struct schema *, const struct rows *,
	    size_t row, size_t first, uint64_t only);

/*
 * Append all rows as a JSON array.  The first columns are the schema's fields
 * in order.
 */
void	 doc_rows(struct buf *, const struct schema *, const struct rows *);

/* Return a number as the text of a parameter, in the arena. */
const char *doc_id(struct arena *, int64_t);

/* Return a JSON value as the text of a jsonb parameter, in the arena. */
const char *doc_text(struct arena *, struct json_object *);

/*
 * Read the member of the body that has the field's name, and check it.  *out is
 * the text of a parameter in the request's arena, or NULL if the member is
 * absent or null, which is an error if it is required.
 */
int	 doc_member(struct req *, const struct field *, bool required,
	    const char **out, struct err *) MUST_USE;

/*
 * Check that the body is an object whose keys are all in known, which ends in
 * NULL.  400 names every other key.
 */
int	 doc_known(struct req *, const char *const *known, struct err *)
	    MUST_USE;

/*
 * Read the body's array of ids of this name: 1 to 10,000 whole numbers that are
 * at least 1.  *out is the text of a bigint[] parameter in the request's arena,
 * or NULL if the body has no such member.
 */
int	 doc_ids(struct req *, const char *name, const char **out,
	    struct err *) MUST_USE;

#endif
