/* Parsing JSON with json-c, and writing PostgreSQL's values as JSON. */
#ifndef RECORD_JSON_H
#define RECORD_JSON_H

#include <json-c/json.h>

#include "core/buf.h"
#include "rec.h"

/*
 * Parse n bytes of UTF-8 as one JSON value (RFC 8259), at most 32 levels deep.
 * The caller frees *out with json_object_put().  *out is NULL for null.  400 if
 * the text is not valid.
 */
int	 json_parse(const char *, size_t n, struct json_object **out,
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
