/* Records from JSON, parsed by json-c, and JSON from PostgreSQL's values. */
#ifndef RECORD_JSON_H
#define RECORD_JSON_H

#include <json-c/json.h>

#include "core/buf.h"
#include "field.h"

/*
 * Parse n bytes of UTF-8 as one JSON value (RFC 8259), at most 32 levels deep.
 * The caller frees *out with json_object_put().  *out is NULL for null.  400 if
 * the text is not valid.
 */
int	 json_parse(const char *, size_t n, struct json_object **out,
	    struct err *) MUST_USE;

/* What to do with a key that is not a field of the schema. */
enum unknown {
	UNKNOWN_REFUSE,
	UNKNOWN_IGNORE,
};

/*
 * Set the record's fields from an object.  Fields with F_SERVER are ignored.
 * extra, which ends in NULL or is NULL, lists keys that the caller reads
 * itself.  400 names every bad field, and every unknown key with
 * UNKNOWN_REFUSE.
 */
int	 rec_from_json(struct rec *, struct json_object *,
	    enum unknown, const char *const *extra, struct err *) MUST_USE;

/* Set field i from a JSON value, with the checks of its kind. */
int	 rec_set_json(struct rec *, size_t i, struct json_object *,
	    struct err *) MUST_USE;

/*
 * Read a whole number, which may have a zero fraction (2500.0).  Return false,
 * with *out untouched, for any other value.
 */
bool	 json_whole(struct json_object *, int64_t *);

/* Append n bytes as a JSON string, with quotation marks and escapes. */
void	 json_add_string(struct buf *, const char *, size_t n);

/* Append a value of n bytes in PostgreSQL's text form; NULL is null. */
void	 json_add_value(struct buf *, enum kind, const char *, size_t n);

#endif
