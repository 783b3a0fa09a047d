/* Records from JSON, through json-c, and JSON from rows of PostgreSQL. */
#ifndef RECORD_JSON_H
#define RECORD_JSON_H

#include <json-c/json.h>
#include <libpq-fe.h>

#include "core/buf.h"
#include "field.h"

/*
 * Parses n bytes of UTF-8 (RFC 8259, at most 32 levels deep, nothing after the
 * value).  The caller owns *out: json_object_put().
 */
int	 json_parse(const char *, size_t n, struct json_object **out,
	    struct err *) MUST_USE;

/* What to do with a key that the model does not have. */
enum unknown {
	UNKNOWN_REFUSE,
	UNKNOWN_IGNORE,
};

/*
 * Every field of the object into the record; every bad field, and every unknown
 * key where those are refused, into e, then -1.  extra, if not NULL, lists keys
 * beyond the model's that the caller reads itself; it ends in NULL.
 */
int	 rec_from_json(struct rec *, struct json_object *,
	    enum unknown, const char *const *extra, struct err *) MUST_USE;

/* One JSON value into field i, with the checks of its kind. */
int	 rec_set_json(struct rec *, size_t i, struct json_object *,
	    struct err *) MUST_USE;

/*
 * The value of a whole number, which may have a zero fraction (2500.0); false
 * for anything else.
 */
bool	 json_whole(struct json_object *, int64_t *);

/* A JSON string with its quotes and escapes. */
void	 json_add_string(struct buf *, const char *, size_t n);

/* One value as PostgreSQL wrote it; NULL is null. */
void	 json_add_value(struct buf *, enum kind, const char *, size_t n);

/*
 * A row as an object.  Column first of the result is the schema's first field;
 * only is a bit mask of the fields that are wanted, 0 for all.
 */
void	 json_add_row(struct buf *, const struct schema *, const PGresult *,
	    int row, int first, uint64_t only);

#endif
