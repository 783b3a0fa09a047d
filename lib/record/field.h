/*
 * A schema: the list of a table's fields.  It is the only description of the
 * table in C.  The code that reads JSON, forms and voter files, validates
 * values, builds SQL, and writes JSON and CSV is driven by it.
 *
 * field.h validates single values; rec.h has the records.
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
	KIND_PHONE,	/* E.164 if it is a number, else the text unchanged */
	KIND_ZIP,	/* 12345 or 12345-6789, else the text unchanged */
	KIND_STATE,	/* the code of a state, else the text unchanged */
	KIND_DATE,	/* YYYY-MM-DD */
	KIND_TIME,	/* RFC 3339; PostgreSQL returns it in UTC */
	KIND_CHOICE,	/* one of the field's choices */
	KIND_URL,	/* http or https */
	KIND_OBJECT,	/* a JSON object: jsonb */
	KIND_LIST,	/* a JSON array: jsonb */
	KIND_TEXTS,	/* an array of strings: text[] */
	KIND__MAX
};

#define F_REQUIRED	0x01	/* must be given on create, never null */
#define F_SERVER	0x02	/* read-only: ignored if a client sends it */
#define F_LINES		0x04	/* line breaks and tabs are allowed */
#define F_PAST		0x08	/* a date or time in the future is refused */
#define F_NOT_NULL	0x10	/* has a default: null is refused, except that
				 * it empties an object, list or set */
#define F_SORT		0x20	/* lists can be sorted by it */
#define F_ANY		0x40	/* a KIND_EMAIL that is not an address is kept
				 * unchanged, as KIND_PHONE always does */

struct field {
	const char	*name;		/* column, JSON key and CSV heading */
	enum kind	 kind;
	unsigned	 flags;		/* F_* */
	size_t		 max;		/* characters; 0: no limit of its own */
	int64_t		 low, high;	/* of a KIND_INT; both 0: any */
	const char	*const *choices; /* of a KIND_CHOICE; ends in NULL */
	const char	*aliases;	/* other CSV headings, folded, separated
					 * by spaces; or NULL */
	const char	*read;		/* SQL for what is shown, in which t is
					 * the row; NULL: the column */
	const char	*phrase;	/* of a filter: what it says about a
					 * voter, in which % is the value */
};

#define REC_MAX		64	/* most fields of a schema */

struct schema {
	const char		*table;
	const char		*one;		/* "voter" */
	const char		*many;		/* "voters" */
	const char		*key;		/* "voter_id": first field */
	const struct field	*field;
	size_t			 n;
	/* Rows of this table refer to the key and prevent the deletion; or
	 * NULL. */
	const struct schema	*needed_by;
	/*
	 * What "read" of the fields needs besides t: SQL that is joined after
	 * it, for a few rows, and for all rows of an export; or NULL.
	 */
	const char		*join;
	const char		*join_many;
};

/* Expand a list of fields into an enum or into the rows of a struct field. */
#define FIELD_ENUM(prefix, k, m, ...)	prefix##_##m,
#define FIELD_ROW(prefix, k, m, ...)	\
	{ .name = #m, .kind = KIND_##k, __VA_ARGS__ },

/* Return the index of the field whose name has n bytes, or -1. */
int	 schema_find(const struct schema *, const char *name, size_t n);

/*
 * Validate n bytes of text for a field, and set *out to the normalised text, in
 * the arena; NULL if the text is blank.  Without F_LINES, white space that
 * contains a line break or tab becomes one space.  400 adds an error with the
 * field's name.  All values pass through this function.
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

/*
 * Return a telephone number of n bytes as E.164, such as "+19195551234", in the
 * arena, or NULL if it is not one.  A number without + belongs to the North
 * American plan: ten digits, or eleven that begin with 1.
 */
const char *phone_e164(struct arena *, const char *, size_t n);

/* Is this a date of the Gregorian calendar, in the years 1 to 9999? */
bool	 date_valid(int year, int month, int day);

/* Write today's date in UTC as YYYY-MM-DD and a NUL: 11 bytes. */
void	 date_today(char *out);

#endif
