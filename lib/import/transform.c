/*
 * Converts the cells of a row into a record of voter_schema: finds the texts,
 * which value.c reads.
 */
#include "common_value.h"
#include "core/text.h"
#include "name_text.h"
#include "record/state.h"
#include "transform.h"
#include "value.h"
#include "words.h"

/* Add to the plan the fields that are set from the columns of other fields. */
static void
add_fields(struct transform *t, struct plan *p, bool keep_unmapped)
{
	bool	 phone = plan_has(p, VOTER_mobile_phone) ||
		    plan_has(p, VOTER_home_phone) ||
		    plan_has(p, VOTER_work_phone);
	uint64_t add = 0;

	t->preferred = phone && !plan_has(p, VOTER_phone_number);
	if (t->preferred)
		add |= UINT64_C(1) << VOTER_phone_number;
	/* A date of birth may turn out to be a year. */
	if (plan_has(p, VOTER_date_of_birth))
		add |= UINT64_C(1) << VOTER_birth_year;
	/* More e-mail addresses, and extensions of phones. */
	if (keep_unmapped || phone || plan_has(p, VOTER_phone_number) ||
	    plan_has(p, VOTER_email_address))
		add |= UINT64_C(1) << VOTER_custom_fields;
	/* The state of an id may be that of the address. */
	if (plan_has(p, VOTER_voter_registration_id) &&
	    plan_has(p, VOTER_state))
		add |= UINT64_C(1) << VOTER_registration_state;
	p->fields |= add;
}

void
transform_init(struct transform *t, struct arena *a, struct plan *plan,
    struct unknowns *unknown, const struct dates *dates, bool keep_unmapped,
    bool strict)
{
	memset(t, 0, sizeof(*t));
	t->plan = plan;
	t->unknown = unknown;
	t->dates = *dates;
	t->strict = strict;
	add_fields(t, plan, keep_unmapped);
	custom_init(&t->custom, a, plan, keep_unmapped);
	notes_init(&t->notes, &t->row);
}

void
transform_release(struct transform *t)
{
	arena_release(&t->row);
}

/* Get a cell's text; false if it is blank, or a word for nothing. */
static bool
cell_text(const struct row *row, size_t cell, const char **s, size_t *n)
{
	if (!row_text(row, cell, s, n))
		return false;
	if (**s == '=')
		word_unwrap(s, n);
	return *n > 0 && !word_is_nothing(*s, *n, true);
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
		if (!cell_text(row, target->cell[i], &s, &n))
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
 * Narrow a text to its first number, without leading zeros: 46 of "SE00046".
 * A text without one stays.
 */
static void
take_number(const char **s, size_t *n)
{
	size_t	 from = 0, to;

	while (from < *n && ((*s)[from] < '1' || (*s)[from] > '9'))
		from++;
	for (to = from; to < *n && (*s)[to] >= '0' && (*s)[to] <= '9'; to++)
		;
	if (to > from) {
		*s += from;
		*n = to - from;
	}
}

static void
replace(struct text *x, const char *s, enum origin_kind from)
{
	x->s = s;
	x->n = strlen(s);
	text_trim(&x->s, &x->n);
	x->from = from;
}

/*
 * Get the text of a target: its cells, with the replacement for their text, or
 * else the constant.  A value map comes before the words for nothing, since a
 * file may mean something by them.
 */
static void
target_text(struct transform *t, const struct target *target,
    const struct row *row, struct text *x)
{
	const char	*to;
	bool		 any, name = target->field !=
			    VOTER_voter_registration_id &&
			    voter_schema.field[target->field].kind ==
			    KIND_TEXT;

	*x = (struct text){ .s = "" };
	if (target->n != 1)
		x->s = join(t, target, row, &x->n);
	else if (!row_text(row, target->cell[0], &x->s, &x->n))
		x->n = 0;
	else if (*x->s == '=')
		word_unwrap(&x->s, &x->n);
	x->raw = x->s;
	x->raw_len = x->n;
	if (x->n > 0 && (to = layout_value(target->field, target->values, x->s,
	    x->n, &any)) != NULL &&
	    !(any && word_is_nothing(x->s, x->n, name)))
		replace(x, to, any ? FROM_ANY : FROM_VALUES);
	if (x->from == FROM_CELL && word_is_nothing(x->s, x->n, name))
		x->n = 0;
	if (x->from == FROM_CELL && target->number)
		take_number(&x->s, &x->n);
	if (x->n == 0 && target->constant != NULL) {
		replace(x, target->constant, FROM_CONSTANT);
		x->raw = x->s;
		x->raw_len = x->n;
	}
}

/* Set a field that has no value yet to a part of a cell. */
static int
take_part(struct transform *t, struct rec *r, const struct row *row,
    int field, const char *s, size_t n)
{
	const struct text	 x = { .s = s, .n = n, .raw = s, .raw_len = n };

	return n == 0 || r->value[field] != NULL ? 0 :
	    value_take(t, r, row, field, &x);
}

/* Split a cell into several fields; the last takes the rest of the text. */
static int
take_split(struct transform *t, struct rec *r, const struct row *row,
    const struct split *sp, size_t cell)
{
	const char	*s, *end, *at, *part;
	size_t		 n;

	if (!cell_text(row, cell, &s, &n))
		return 0;
	end = s + n;
	for (size_t i = 0; i < sp->n && s < end; i++) {
		at = i + 1 < sp->n ? memmem(s, (size_t)(end - s),
		    sp->before[i + 1], strlen(sp->before[i + 1])) : NULL;
		part = s;
		n = (size_t)((at != NULL ? at : end) - s);
		text_trim(&part, &n);
		if (take_part(t, r, row, sp->field[i], part, n) != 0)
			return -1;
		s = at != NULL ? at + strlen(sp->before[i + 1]) : end;
	}
	return 0;
}

/* Fill the names that have no value from a full name. */
static int
take_full_name(struct transform *t, struct rec *r, const struct row *row)
{
	static const int	 field[] = { VOTER_first_name,
				    VOTER_middle_name, VOTER_last_name,
				    VOTER_suffix };
	const char		*part[ARRAY_LEN(field)];
	struct text		 x;
	struct name		 name;

	target_text(t, &t->plan->full_name, row, &x);
	if (x.n == 0)
		return 0;
	name_split(&t->row, x.s, x.n, &name);
	part[0] = name.first;
	part[1] = name.middle;
	part[2] = name.last;
	part[3] = name.suffix;
	for (size_t i = 0; i < ARRAY_LEN(field); i++)
		if (part[i] != NULL && take_part(t, r, row, field[i], part[i],
		    strlen(part[i])) != 0)
			return -1;
	return 0;
}

/* The preferred phone, where the file does not name one. */
static void
prefer_phone(struct rec *r)
{
	static const int	 phones[] = { VOTER_mobile_phone,
				    VOTER_home_phone, VOTER_work_phone };

	for (size_t i = 0; i < ARRAY_LEN(phones); i++)
		if (r->value[phones[i]] != NULL) {
			rec_put(r, VOTER_phone_number, r->value[phones[i]]);
			return;
		}
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
	struct text		 x;
	size_t			 n;

	arena_reset(&t->row);
	err_clear(&t->err);
	t->notes.n = t->custom.n = 0;
	rec_init(r, &voter_schema, &t->row);
	for (size_t i = plan->cells; plan->cells > 0 && i < row->n; i++)
		if (cell_text(row, i, &s, &n))
			return err_field(&t->err, "", "extra_cells",
			    "The row has more cells than the header.");
	for (size_t i = 0; i < plan->n; i++) {
		target_text(t, &plan->target[i], row, &x);
		if (x.n > 0 && value_take(t, r, row, plan->target[i].field,
		    &x) != 0)
			return -1;
	}
	for (size_t i = 0; i < plan->nsplit; i++)
		if (take_split(t, r, row, plan->split[i],
		    plan->split_cell[i]) != 0)
			return -1;
	if (plan->full_name.n > 0 && take_full_name(t, r, row) != 0)
		return -1;
	if (t->preferred)
		prefer_phone(r);
	id_state(r);
	custom_finish(&t->custom, r, row, &t->notes);
	if (t->strict && t->notes.n > 0)
		return err_field(&t->err, t->notes.note[0].column, "strict",
		    "%s", t->notes.note[0].message);
	return rec_require(r, true, &t->err);
}
