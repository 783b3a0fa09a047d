/*
 * A record: the values of one row of a schema's table, as checked and
 * normalised texts in the form that PostgreSQL reads.
 */
#ifndef RECORD_REC_H
#define RECORD_REC_H

#include <json-c/json.h>

#include "field.h"

struct rec {
	const struct schema	*schema;
	struct arena		*arena;
	uint64_t		 has;		/* bit i: field i was given */
	const char		*value[REC_MAX]; /* NULL: null */
};

/* Start with no field given.  Values are made in the arena. */
void	 rec_init(struct rec *, const struct schema *, struct arena *);

/* Was field i given, perhaps as null? */
static inline bool
rec_has(const struct rec *r, size_t i)
{
	return (r->has >> i & 1) != 0;
}

/* Return the value of field i; NULL if it is null or was not given. */
static inline const char *
rec_get(const struct rec *r, size_t i)
{
	return r->value[i];
}

/* Set a field without a check.  NULL is null; the text is not copied. */
void	 rec_put(struct rec *, size_t i, const char *value);

/* Validate a text with field_check() and set field i. */
int	 rec_set(struct rec *, size_t i, const char *text, size_t n,
	    struct err *) MUST_USE;

/*
 * Check that the record has the values it needs: 400 adds an error for each
 * field that is null although it must not be, and, with create, for each
 * required field that was not given.  Fields that already have an error are
 * skipped.
 */
int	 rec_require(const struct rec *, bool create, struct err *) MUST_USE;

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

#endif
