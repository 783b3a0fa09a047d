/* Cells to fields. */
#include "core/text.h"
#include "normalise.h"
#include "record/csv.h"
#include "record/json.h"
#include "report.h"
#include "transform.h"

/* A target's text: its cells joined by single spaces, blank ones left out. */
static const char *
gather(struct import *im, const struct target *t, const struct row *row,
    size_t *len)
{
	const char	*s, *only = NULL;
	struct buf	 b;
	size_t		 n, count = 0;

	*len = 0;
	if (t->n == 1) {
		if (t->cell[0] >= row->n)
			return "";
		*len = row->cell[t->cell[0]].n;
		return row->cell[t->cell[0]].p;
	}
	buf_init(&b, READER_ROW);
	for (size_t i = 0; i < t->n; i++) {
		if (!row_text(row, t->cell[i], &s, &n))
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
		only = arena_strndup(&im->scratch, buf_str(&b), b.len);
		*len = b.len;
	}
	buf_release(&b);
	return only != NULL ? only : "";
}

static const char *
map_value(const struct value *v, const char *s, size_t *n)
{
	for (; v != NULL; v = v->next)
		if (v->from == NULL || text_is(s, *n, v->from)) {
			*n = strlen(v->to);
			return v->to;
		}
	return s;
}

static int
take_date(struct import *im, struct rec *r, const struct row *row,
    int field, const char *s, size_t n, struct err *e)
{
	const struct field	*f = &voter_schema.field[field];
	char			 out[11];
	enum date_order		 order = im->opt.order != -1 ?
				    (enum date_order)im->opt.order :
				    im->layout.order;

	switch (date_read(s, n, order, im->today, out)) {
	case DATE_OK:
		return rec_set(r, (size_t)field, out, 10, e);
	case DATE_YEAR:
		if (field == VOTER_date_of_birth)
			return rec_set(r, VOTER_birth_year, out, 4, e);
		break;
	case DATE_HIDDEN:
		report_warning(im, row->line, f->name, arena_printf(
		    &im->scratch, "%s is not told; it stays blank.", f->name));
		return 0;
	case DATE_BAD:
		break;
	}
	return err_field(e, f->name, "invalid_date", "%s is no date that the "
	    "calendar has: %.*s.", f->name, n < 40 ? (int)n : 40, s);
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
	/* The cell as json-c writes it again: what jsonb refuses, such as half
	 * a surrogate pair, would end the whole file. */
	rc = json_object_is_type(o, json_type_object) ?
	    rec_set_json(r, (size_t)field, o, e) :
	    err_field(e, name, "invalid_type", "%s must be a JSON object.",
	    name);
	json_object_put(o);
	return rc;
}

/* One text into one of our columns, with what its kind wants. */
static int
take(struct import *im, struct rec *r, const struct row *row, int field,
    const char *s, size_t n, struct err *e)
{
	const struct field	*f = &voter_schema.field[field];
	const char		*value;

	text_trim(&s, &n);
	if (n == 0)
		return 0;
	/* Our own exports guard what a spreadsheet takes for a formula. */
	s = csv_unguard(&im->scratch, s, &n);
	switch (f->kind) {
	case KIND_DATE:
		return take_date(im, r, row, field, s, n, e);
	case KIND_OBJECT:
		return take_object(r, field, s, n, e);
	case KIND_TEXTS:
		if (texts_read(r->arena, f, s, n, &value, e) != 0)
			return -1;
		if (value != NULL)
			rec_put(r, (size_t)field, value);
		return 0;
	default:
		if (field_check(f, r->arena, s, n, &value, e) != 0)
			return -1;
		if (value != NULL)
			rec_put(r, (size_t)field, value);
		/* The check lowers ASCII; PostgreSQL has to do the rest. */
		if (field == VOTER_email_address && !im->fold)
			for (const char *p = value; p != NULL && *p != '\0';
			    p++)
				im->fold |= (unsigned char)*p >= 0x80;
		return 0;
	}
}

/* A column of theirs that holds several of ours; the last takes the rest. */
static int
take_split(struct import *im, struct rec *r, const struct row *row,
    const struct split *sp, size_t cell, struct err *e)
{
	const char	*s, *end, *at;
	size_t		 n;
	int		 rc = 0;

	if (!row_text(row, cell, &s, &n))
		return 0;
	end = s + n;
	for (size_t i = 0; i < sp->n && s < end; i++) {
		at = i + 1 < sp->n ? memmem(s, (size_t)(end - s),
		    sp->before[i + 1], strlen(sp->before[i + 1])) : NULL;
		n = (size_t)((at != NULL ? at : end) - s);
		if (r->value[sp->field[i]] == NULL)
			rc |= take(im, r, row, sp->field[i], s, n, e);
		s = at != NULL ? at + strlen(sp->before[i + 1]) : end;
	}
	return rc;
}

/* The columns that nobody mapped, as custom_fields, over what is there. */
static int
keep_unmapped(struct import *im, struct rec *r, const struct row *row,
    struct err *e)
{
	const char	*have = r->value[VOTER_custom_fields];
	struct buf	 b;
	size_t		 count = 0;
	int		 rc = 0;

	buf_init(&b, 2 * READER_ROW);
	buf_addc(&b, '{');
	for (size_t i = 0; i < im->plan.nunmapped; i++) {
		size_t		 at = im->plan.unmapped[i];
		const char	*s, *name;
		size_t		 n;

		if (!row_text(row, at, &s, &n))
			continue;
		if (text_utf8_length(s, n) == -1 ||
		    memchr(s, '\0', n) != NULL) {
			rc = err_field(e, "custom_fields", "invalid_text",
			    "A cell that is kept holds no valid text.");
			break;
		}
		name = im->plan.heading != NULL ? im->plan.heading[at] :
		    arena_printf(&im->scratch, "column %zu", at + 1);
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
			rc = err_field(e, "custom_fields", "too_long",
			    "The cells that are kept are too long.");
		else
			rec_put(r, VOTER_custom_fields, arena_strndup(
			    &im->scratch, buf_str(&b), b.len));
	}
	buf_release(&b);
	return rc;
}

int
transform_row(struct import *im, const struct row *row, struct rec *r)
{
	struct err	*e = &im->row_err;
	const char	*s;
	size_t		 n;

	rec_init(r, &voter_schema, &im->scratch);
	e->code = ERR_NONE;
	e->nfields = 0;
	e->msg[0] = '\0';
	for (size_t i = im->plan.cells; im->plan.cells > 0 && i < row->n; i++)
		if (row_text(row, i, &s, &n))
			return err_field(e, "", "extra_cells",
			    "The row has more cells than the header.");
	for (size_t i = 0; i < im->plan.n; i++) {
		const struct target	*t = &im->plan.target[i];

		s = gather(im, t, row, &n);
		text_trim(&s, &n);
		if (t->values != NULL && n > 0)
			s = map_value(t->values, s, &n);
		if (n == 0 && t->constant != NULL) {
			s = t->constant;
			n = strlen(s);
		}
		if (n > 0 && take(im, r, row, t->field, s, n, e) != 0)
			return -1;
	}
	for (size_t i = 0; i < im->plan.nsplit; i++)
		if (take_split(im, r, row, im->plan.split[i],
		    im->plan.split_cell[i], e) != 0)
			return -1;
	if (im->opt.keep_unmapped && keep_unmapped(im, r, row, e) != 0)
		return -1;
	return rec_require(r, true, e);
}
