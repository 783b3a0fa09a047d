/*
 * Conversion of a cell's text to the value of a field of voter_schema.  Which
 * cells make the text is decided in transform.c.
 */
#include "core/text.h"
#include "email_text.h"
#include "key.h"
#include "list_text.h"
#include "phone_text.h"
#include "record/csv.h"
#include "record/json.h"
#include "value.h"
#include "words.h"

/* Note what has been done with a cell; the texts are copied. */
static void
note(struct transform *t, const struct row *row, const char *column,
    const struct text *x, const char *message)
{
	notes_add(&t->notes, row->line, column, x->raw, x->raw_len, message);
}

/*
 * Return true if the text is not a registration id, such as 0 or 1.2E+09, and
 * note that the cell is left blank.
 */
static bool
blank_id(struct transform *t, const struct row *row, const struct text *x)
{
	const char	*what = key_is_placeholder(x->s, x->n) ?
			    "a placeholder" : key_is_rounded(x->s, x->n) ?
			    "a number that a spreadsheet has rounded" : NULL;

	if (what != NULL)
		note(t, row, "voter_registration_id", x,
		    arena_printf(&t->row, "voter_registration_id is %s. The "
		    "cell is left blank.", what));
	return what != NULL;
}

/* Set a field to a text, after the checks of field_check(). */
static int
set(struct transform *t, struct rec *r, int field, const char *s, size_t n)
{
	const char	*value;

	if (field_check_trimmed(&voter_schema.field[field], r->arena, s, n,
	    &value, &t->err) != 0)
		return -1;
	if (value != NULL)
		rec_put(r, (size_t)field, value);
	return 0;
}

static int
take_date(struct transform *t, struct rec *r, const struct row *row,
    int field, const char *s, size_t n)
{
	const char	*name = voter_schema.field[field].name;
	char		 out[11];

	switch (dates_read(&t->dates, s, n, row->line, out)) {
	case DATE_OK:
		return set(t, r, field, out, 10);
	case DATE_YEAR:
		if (field != VOTER_date_of_birth)
			break;
		return set(t, r, VOTER_birth_year, out, 4);
	case DATE_PARTIAL:
		if (field == VOTER_date_of_birth)
			return set(t, r, VOTER_birth_year, out, 4);
		return 0;
	case DATE_HIDDEN:
		return 0;
	case DATE_BAD:
		break;
	}
	return err_field(&t->err, name, "invalid_date",
	    "%s is not a valid date.", name);
}

/* A time, or a day as files write it. */
static int
take_time(struct transform *t, struct rec *r, const struct row *row,
    int field, const char *s, size_t n)
{
	char	 out[11];

	if (set(t, r, field, s, n) == 0)
		return 0;
	if (dates_read(&t->dates, s, n, row->line, out) != DATE_OK)
		return -1;
	err_clear(&t->err);
	return set(t, r, field, out, 10);
}

static int
take_object(struct rec *r, int field, const char *s, size_t n, struct err *e)
{
	const char		*name = r->schema->field[field].name;
	struct json_object	*o;
	int			 rc;

	if (json_parse(s, n, &o, e) != 0) {
		err_clear(e);
		return err_field(e, name, "invalid_json",
		    "%s must be a JSON object.", name);
	}
	/* Store the text as json-c writes it: a value that jsonb refuses, such
	 * as half a surrogate pair, would make the whole file fail. */
	rc = json_object_is_type(o, json_type_object) ?
	    rec_set_json(r, (size_t)field, o, e) :
	    err_field(e, name, "invalid_type", "%s must be a JSON object.",
	    name);
	json_object_put(o);
	return rc;
}

/* Is it E.164, as field_check() leaves a number that it can read? */
static bool
is_e164(const char *s)
{
	return *s == '+' && s[1 + strspn(s + 1, "0123456789")] == '\0';
}

static int
take_phone(struct transform *t, struct rec *r, int field, const char *s,
    size_t n)
{
	const char	*name = voter_schema.field[field].name, *number, *ext;

	if (set(t, r, field, s, n) != 0)
		return -1;
	if (is_e164(r->value[field]) ||
	    (number = phone_read(&t->row, s, n, &ext)) == NULL)
		return 0;
	rec_put(r, (size_t)field, number);
	if (ext != NULL)
		custom_add(&t->custom, arena_printf(&t->row, "%s_extension",
		    name), ext);
	return 0;
}

/* Take the first of several addresses; the others go to custom_fields. */
static int
take_emails(struct transform *t, struct rec *r, const struct row *row,
    int field, const struct text *x)
{
	const struct field	*f = &voter_schema.field[field];
	const char		*email[EMAILS_MAX];
	bool			 rest;
	size_t			 n;

	n = emails_read(f, &t->row, x->s, x->n, email, &rest);
	if (n == 0)
		return -1;
	err_clear(&t->err);
	rec_put(r, (size_t)field, email[0]);
	for (size_t i = 1; i < n; i++)
		custom_add(&t->custom, arena_printf(&t->row, "%s_%zu", f->name,
		    i + 1), email[i]);
	if (rest)
		note(t, row, f->name, x, arena_printf(&t->row, "A part of "
		    "%s is not an e-mail address. It is left out.", f->name));
	return 0;
}

static int
take_email(struct transform *t, struct rec *r, const struct row *row,
    int field, const struct text *x)
{
	if (set(t, r, field, x->s, x->n) != 0 &&
	    take_emails(t, r, row, field, x) != 0)
		return -1;
	/* field_check() lowers ASCII only. */
	if (!t->fold)
		for (const char *p = r->value[field]; *p != '\0'; p++)
			t->fold |= (unsigned char)*p >= 0x80;
	return 0;
}

static int
take_texts(struct transform *t, struct rec *r, int field, const char *s,
    size_t n)
{
	const char	*value;

	if (texts_read(r->arena, &voter_schema.field[field], s, n, &value,
	    &t->err) != 0)
		return -1;
	if (value != NULL)
		rec_put(r, (size_t)field, value);
	return 0;
}

/* A status that no value map knows becomes "Other". */
static int
take_status(struct transform *t, struct rec *r, const struct row *row,
    int field, const struct text *x)
{
	const char	*name = voter_schema.field[field].name;
	bool		 any = x->from == FROM_ANY &&
			    text_is(x->s, x->n, "Other");

	if (!any && set(t, r, field, x->s, x->n) == 0)
		return 0;
	err_clear(&t->err);
	unknowns_add(t->unknown, name, x->raw, x->raw_len);
	if (t->strict)
		return err_field(&t->err, name, "invalid_choice",
		    "%s is not a status that is known.", name);
	rec_put(r, (size_t)field, "Other");
	note(t, row, name, x, "This status is not known. It becomes Other.");
	return 0;
}

/* Count a code that neither a value map nor this backend knows. */
static void
count_code(struct transform *t, int field, const struct text *x)
{
	static const char *const parties[] = { "Democratic", "Republican",
			    "Libertarian", "Green", "Unaffiliated", NULL };
	static const char *const genders[] = { "F", "M", "X", "U", NULL };

	if (x->from != FROM_CELL)
		return;
	for (const char *const *known = field == VOTER_gender ? genders :
	    parties; *known != NULL; known++)
		if (text_is(x->s, x->n, *known))
			return;
	unknowns_add(t->unknown, voter_schema.field[field].name, x->raw,
	    x->raw_len);
}

static int
take_kind(struct transform *t, struct rec *r, const struct row *row,
    int field, const struct text *x)
{
	size_t	 n = x->n;

	switch (voter_schema.field[field].kind) {
	case KIND_DATE:
		return take_date(t, r, row, field, x->s, n);
	case KIND_TIME:
		return take_time(t, r, row, field, x->s, n);
	case KIND_OBJECT:
		return take_object(r, field, x->s, n, &t->err);
	case KIND_TEXTS:
		return take_texts(t, r, field, x->s, n);
	case KIND_PHONE:
		return take_phone(t, r, field, x->s, n);
	case KIND_EMAIL:
		return take_email(t, r, row, field, x);
	case KIND_CHOICE:
		return take_status(t, r, row, field, x);
	case KIND_INT:
	case KIND_ZIP:
		n = word_without_fraction(x->s, n);
		break;
	default:
		if (field == VOTER_party_affiliation || field == VOTER_gender)
			count_code(t, field, x);
	}
	return set(t, r, field, x->s, n);
}

int
value_take(struct transform *t, struct rec *r, const struct row *row,
    int field, const struct text *given)
{
	struct text	 x = *given;
	const char	*plain;

	/* Exports guard what a spreadsheet would take for a formula. */
	if ((plain = csv_unguard(&t->row, x.s, &x.n)) != x.s) {
		x.s = plain;
		text_trim(&x.s, &x.n);
	}
	if (x.n == 0 || (field == VOTER_voter_registration_id &&
	    blank_id(t, row, &x)) || take_kind(t, r, row, field, &x) == 0)
		return 0;
	if (t->strict || field == VOTER_first_name || field == VOTER_last_name)
		return -1;
	note(t, row, t->err.field[0].name, &x, arena_printf(&t->row,
	    "%s The cell is left blank.", t->err.field[0].msg));
	err_clear(&t->err);
	return 0;
}
