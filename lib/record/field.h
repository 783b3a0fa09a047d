/*
 * The single description of a model: a list of fields.  It reads JSON, forms and
 * voter files, checks, binds SQL parameters, and writes JSON and CSV, so that no
 * column is typed twice.
 *
 * A record holds each value as the text that PostgreSQL reads, already checked
 * and normalised: there is one form of a value between the wire and the table.
 */
#ifndef RECORD_FIELD_H
#define RECORD_FIELD_H

#include "core/arena.h"
#include "core/err.h"

enum kind {
	KIND_INT,	/* bigint, integer */
	KIND_BOOL,
	KIND_TEXT,
	KIND_EMAIL,	/* stored in lower case (ASCII) */
	KIND_PHONE,	/* E.164 where it can be, else the text as it came */
	KIND_ZIP,	/* 12345 or 12345-6789 where it can be */
	KIND_DATE,	/* YYYY-MM-DD */
	KIND_TIME,	/* RFC 3339; read from PostgreSQL in UTC */
	KIND_CHOICE,	/* one of the field's choices */
	KIND_URL,	/* http or https */
	KIND_OBJECT,	/* a JSON object: jsonb */
	KIND_LIST,	/* a JSON array: jsonb */
	KIND_TEXTS,	/* an array of strings: text[] */
	KIND__MAX
};

#define F_REQUIRED	0x01	/* must be given on create, never null */
#define F_SERVER	0x02	/* clients read it; what they send is ignored */
#define F_LINES		0x04	/* line breaks and tabs are allowed */
#define F_PAST		0x08	/* a date or time that is not in the future */
#define F_NOT_NULL	0x10	/* has a default: null is refused on write,
				 * and clears an object, list or set */
#define F_SORT		0x20	/* lists can be sorted by it */
#define F_ANY		0x40	/* text that is not of the kind is kept: for
				 * KIND_EMAIL, as KIND_PHONE always does */

struct field {
	const char	*name;		/* column, JSON key and CSV heading */
	enum kind	 kind;
	unsigned	 flags;		/* F_* */
	size_t		 max;		/* characters; 0: no limit of its own */
	int64_t		 low, high;	/* of a KIND_INT; both 0: any */
	const char	*const *choices; /* of a KIND_CHOICE; ends in NULL */
	const char	*aliases;	/* other CSV headings: words, folded */
};

#define REC_MAX		48	/* fields of one model */

struct schema {
	const char		*table;
	const char		*one;		/* "voter" */
	const char		*many;		/* "voters" */
	const char		*key;		/* "voter_id", the first field */
	const struct field	*field;
	size_t			 n;
	/* Its rows refuse the deletion of the row that their column of the
	 * key's name refers to; NULL: there are none such. */
	const struct schema	*needed_by;
};

/* Expand a model's list into its enum and its rows. */
#define FIELD_ENUM(prefix, k, m, ...)	prefix##_##m,
#define FIELD_ROW(prefix, k, m, ...)	\
	{ .name = #m, .kind = KIND_##k, __VA_ARGS__ },

struct rec {
	const struct schema	*schema;
	struct arena		*arena;
	uint64_t		 has;		/* bit i: field i was given */
	const char		*value[REC_MAX]; /* NULL: null */
};

void	 rec_init(struct rec *, const struct schema *, struct arena *);

static inline bool
rec_has(const struct rec *r, size_t i)
{
	return (r->has >> i & 1) != 0;
}

static inline const char *
rec_get(const struct rec *r, size_t i)
{
	return r->value[i];
}

/* Stores a value that needs no check; NULL is null. */
void	 rec_put(struct rec *, size_t i, const char *value);

/* The field's index, or -1. */
int	 schema_find(const struct schema *, const char *name, size_t n);

/*
 * The one validator.  Checks n bytes of text for a field, normalises them into
 * the arena and sets *out; blank text is null.  Without F_LINES a line break or
 * tab becomes one space.  What is wrong is added to e under the field's name,
 * then -1.
 */
int	 field_check(const struct field *, struct arena *, const char *text,
	    size_t n, const char **out, struct err *e) MUST_USE;

/*
 * The same for a text that is not blank and has no white space at its ends, as
 * text_trim() leaves it.
 */
int	 field_check_trimmed(const struct field *, struct arena *,
	    const char *text, size_t n, const char **out, struct err *)
	    MUST_USE;

/* field_check() into a record. */
int	 rec_set(struct rec *, size_t i, const char *text, size_t n,
	    struct err *) MUST_USE;

/*
 * Adds to e each field that must have a value and has none: on create those that
 * are required, and always those that were given as null but cannot be.  A field
 * that e already names is left at that.
 */
int	 rec_require(const struct rec *, bool create, struct err *) MUST_USE;

/*
 * A telephone number as E.164 ("+19195551234"), or NULL when n bytes are none.
 * A number without a + is one of the United States: ten digits of the North
 * American plan, or eleven that begin with 1.
 */
const char *phone_e164(struct arena *, const char *, size_t n);

/* "2026-01-31" for a date that the calendar has, within years 1 to 9999. */
bool	 date_valid(int year, int month, int day);

/* Today in UTC as YYYY-MM-DD; out has room for 11 bytes. */
void	 date_today(char *out);

#endif
