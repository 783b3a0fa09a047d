/*
 * Answers that PostgreSQL writes as one JSON document, and lists within them.
 */
#ifndef REST_DOC_H
#define REST_DOC_H

#include "db/db.h"
#include "http/req.h"
#include "http/resp.h"

/*
 * Runs a statement whose one row has one column, the body of the answer.  No
 * row or null: 404 with the words given.
 */
int	 doc_answer(struct req *, struct resp *, int status, const char *sql,
	    int n, const char *const *param, const char *missing,
	    struct err *);

/* The same, with the identifier of the path as $1. */
int	 doc_answer_id(struct req *, struct resp *, const char *sql,
	    const char *missing, struct err *);

/*
 * Append a row as a JSON object.  The columns from position first on are the
 * schema's fields in order; only is a bit mask of the fields to show, 0 for
 * all.
 */
void	 doc_row(struct buf *, const struct schema *, const struct rows *,
	    size_t row, size_t first, uint64_t only);

/* Append all rows as an array; their first columns are the schema's fields. */
void	 doc_rows(struct buf *, const struct schema *, const struct rows *);

/* A number as a parameter. */
const char *doc_id(struct arena *, int64_t);

/* A JSON value as a parameter: jsonb reads it. */
const char *doc_text(struct arena *, struct json_object *);

/*
 * One member of the body, checked as a field of its own.  *out is NULL where it
 * is not given; required: that is an error then.
 */
int	 doc_member(struct req *, const struct field *, bool required,
	    const char **out, struct err *) MUST_USE;

/* Names every key of the body that is not in known, which ends in NULL. */
int	 doc_known(struct req *, const char *const *known, struct err *)
	    MUST_USE;

/*
 * The array of whole numbers, each at least 1, that the body has under this
 * name, as a parameter bigint[]; NULL where it has none.
 */
int	 doc_ids(struct req *, const char *name, const char **out,
	    struct err *) MUST_USE;

#endif
