/*
 * Converts the cells of a row into a record of voter_schema.  normalise.c reads
 * dates and lists, record/field.c validates.
 */
#include "core/text.h"
#include "key.h"
#include "normalise.h"
#include "record/csv.h"
#include "record/json.h"
#include "record/state.h"
#include "transform.h"

void
transform_init(struct transform *t, const struct plan *plan,
    struct report *report, enum date_order order, bool keep_unmapped)
{
	memset(t, 0, sizeof(*t));
	t->plan = plan;
	t->report = report;
	t->order = order;
	t->keep_unmapped = keep_unmapped;
	date_today(t->today);
}

void
transform_release(struct transform *t)
{
	arena_release(&t->row);
}

/*
 * Return the text of several cells, joined by spaces; blank cells are
 * skipped.
 */
static const char *
join(struct transform *t, const struct target *target, const struct row *row,
    size_t *len)
{
	const char	*s, *only = "";
	struct buf	 b;
	size_t		 n, count = 0;

	*len = 0;
	buf_init(&b, READER_ROW);
	for (size_t i = 0; i < target->n; i++) {
		if (!row_text(row, target->cell[i], &s, &n))
			continue;
		if (count++ == 0) {
			only = s;
			*len = n;
			continue;
		}
		if (count == 2)
			buf_add(&b, only, *len);
		buf_addc(&b, ' ');
		buf_add(&b, s, n);
	}
	if (count > 1) {
		only = arena_strndup(&t->row, buf_str(&b), b.len);
		*len = b.len;
	}
	buf_release(&b);
	return only;
}

/*
 * Return the text of a target, without white space at its ends: its cells, with
 * the replacement for their text, or else the constant.
 */
static const char *
target_text(struct transform *t, const struct target *target,
    const struct row *row, size_t *n)
{
	const char	*s = "";

	if (target->n != 1)
		s = join(t, target, row, n);
	else if (!row_text(row, target->cell[0], &s, n))
		*n = 0;
	for (const struct value *v = target->values; v != NULL && *n > 0;
	    v = v->next)
		if (v->from == NULL || text_is(s, *n, v->from)) {
			s = v->to;
			*n = strlen(s);
			text_trim(&s, n);
			break;
		}
	if (*n == 0 && target->constant != NULL) {
		s = target->constant;
		*n = strlen(s);
		text_trim(&s, n);
	}
	return s;
}

static int
take_date(struct transform *t, struct rec *r, const struct row *row,
    int field, const char *s, size_t n)
{
	const struct field	*f = &voter_schema.field[field];
	char			 out[11];

	switch (date_read(s, n, t->order, t->today, out)) {
	case DATE_OK:
		return rec_set(r, (size_t)field, out, 10, &t->err);
	case DATE_YEAR:
		if (field == VOTER_date_of_birth)
			return rec_set(r, VOTER_birth_year, out, 4, &t->err);
		break;
	case DATE_HIDDEN:
		report_warning(t->report, row->line, f->name, arena_printf(
		    &t->row, "%s is withheld; it stays blank.", f->name));
		return 0;
	case DATE_BAD:
		break;
	}
	return err_field(&t->err, f->name, "invalid_date",
	    "%s is not a valid date: %.*s.", f->name, n < 40 ? (int)n : 40, s);
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

/* Leave a registration id blank that is none; return true if it was one. */
static bool
blank_id(struct transform *t, const struct row *row, const char *s, size_t n)
{
	const char	*what = key_is_placeholder(s, n) ? "a placeholder" :
			    key_is_rounded(s, n) ? "a rounded number" : NULL;

	if (what != NULL)
		report_warning(t->report, row->line, "voter_registration_id",
		    arena_printf(&t->row, "voter_registration_id is %s and "
		    "stays blank.", what));
	return what != NULL;
}

/* Set a field to a text that is trimmed and not blank, as its kind requires. */
static int
take(struct transform *t, struct rec *r, const struct row *row, int field,
    const char *s, size_t n)
{
	const struct field	*f = &voter_schema.field[field];
	const char		*text, *value;

	/* Exports guard what a spreadsheet would take for a formula. */
	if ((text = csv_unguard(&t->row, s, &n)) != s)
		text_trim(&text, &n);
	if (n == 0 || (field == VOTER_voter_registration_id &&
	    blank_id(t, row, text, n)))
		return 0;
	switch (f->kind) {
	case KIND_DATE:
		return take_date(t, r, row, field, text, n);
	case KIND_OBJECT:
		return take_object(r, field, text, n, &t->err);
	case KIND_TEXTS:
		if (texts_read(r->arena, f, text, n, &value, &t->err) != 0)
			return -1;
		break;
	default:
		if (field_check_trimmed(f, r->arena, text, n, &value,
		    &t->err) != 0)
			return -1;
		/* field_check() lowers ASCII only. */
		if (field == VOTER_email_address && !t->fold)
			for (const char *p = value; *p != '\0'; p++)
				t->fold |= (unsigned char)*p >= 0x80;
	}
	if (value != NULL)
		rec_put(r, (size_t)field, value);
	return 0;
}

/* Split a cell into several fields; the last takes the rest of the text. */
static int
take_split(struct transform *t, struct rec *r, const struct row *row,
    const struct split *sp, size_t cell)
{
	const char	*s, *end, *at, *part;
	size_t		 n;

	if (!row_text(row, cell, &s, &n))
		return 0;
	end = s + n;
	for (size_t i = 0; i < sp->n && s < end; i++) {
		at = i + 1 < sp->n ? memmem(s, (size_t)(end - s),
		    sp->before[i + 1], strlen(sp->before[i + 1])) : NULL;
		part = s;
		n = (size_t)((at != NULL ? at : end) - s);
		text_trim(&part, &n);
		if (n > 0 && r->value[sp->field[i]] == NULL &&
		    take(t, r, row, sp->field[i], part, n) != 0)
			return -1;
		s = at != NULL ? at + strlen(sp->before[i + 1]) : end;
	}
	return 0;
}

/*
 * Add the columns that are not used to custom_fields.  A key that the row's own
 * custom_fields has, too, follows and so takes precedence.
 */
static int
keep_unmapped(struct transform *t, struct rec *r, const struct row *row)
{
	const struct plan	*plan = t->plan;
	const char		*have = r->value[VOTER_custom_fields];
	struct buf		 b;
	size_t			 count = 0;
	int			 rc = 0;

	buf_init(&b, 2 * READER_ROW);
	buf_addc(&b, '{');
	for (size_t i = 0; i < plan->nunmapped; i++) {
		size_t		 at = plan->unmapped[i];
		const char	*s, *name;
		size_t		 n;

		if (!row_text(row, at, &s, &n))
			continue;
		if (text_utf8_length(s, n) == -1 ||
		    memchr(s, '\0', n) != NULL) {
			rc = err_field(&t->err, "custom_fields",
			    "invalid_text",
			    "A cell that is kept is not valid text.");
			break;
		}
		name = plan->heading != NULL ? plan->heading[at] :
		    arena_printf(&t->row, "column %zu", at + 1);
		if (count++ > 0)
			buf_addc(&b, ',');
		json_add_string(&b, name, strlen(name));
		buf_addc(&b, ':');
		json_add_string(&b, s, n);
	}
	if (rc == 0 && count > 0) {
		if (have != NULL && have[1 + strspn(have + 1, " \n\r\t")] !=
		    '}') {
			buf_addc(&b, ',');
			buf_adds(&b, strchr(have, '{') + 1);
		} else {
			buf_addc(&b, '}');
		}
		if (b.failed)
			rc = err_field(&t->err, "custom_fields", "too_long",
			    "The cells that are kept are too long.");
		else
			rec_put(r, VOTER_custom_fields, arena_strndup(
			    &t->row, buf_str(&b), b.len));
	}
	buf_release(&b);
	return rc;
}

/*
 * A registration id belongs to a state: by default that of the voter's address.
 */
static void
id_state(struct rec *r)
{
	const char	*state = r->value[VOTER_state], *code;

	if (r->value[VOTER_voter_registration_id] != NULL && state != NULL &&
	    r->value[VOTER_registration_state] == NULL &&
	    (code = state_code(state, strlen(state))) != NULL)
		rec_put(r, VOTER_registration_state, code);
}

int
transform_row(struct transform *t, const struct row *row, struct rec *r)
{
	const struct plan	*plan = t->plan;
	const char		*s;
	size_t			 n;

	arena_reset(&t->row);
	err_clear(&t->err);
	rec_init(r, &voter_schema, &t->row);
	for (size_t i = plan->cells; plan->cells > 0 && i < row->n; i++)
		if (row_text(row, i, &s, &n))
			return err_field(&t->err, "", "extra_cells",
			    "The row has more cells than the header.");
	for (size_t i = 0; i < plan->n; i++) {
		s = target_text(t, &plan->target[i], row, &n);
		if (n > 0 && take(t, r, row, plan->target[i].field, s,
		    n) != 0)
			return -1;
	}
	for (size_t i = 0; i < plan->nsplit; i++)
		if (take_split(t, r, row, plan->split[i],
		    plan->split_cell[i]) != 0)
			return -1;
	id_state(r);
	if (t->keep_unmapped && keep_unmapped(t, r, row) != 0)
		return -1;
	return rec_require(r, true, &t->err);
}
