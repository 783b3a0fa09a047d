/*
 * Matching a layout with the first row of a file.  heading.c compares headings,
 * transform.c applies the plan to rows.
 */
#include "core/buf.h"
#include "core/text.h"
#include "heading.h"
#include "plan.h"

int
plan_find(const struct origin *o, const char *const *folded, size_t n)
{
	int	 i;

	if (o->position > 0)
		return (int)o->position - 1;
	for (size_t k = 0; k < RULE_NAMES && o->name[k] != NULL; k++)
		if (folded != NULL &&
		    (i = heading_find(folded, n, o->name[k])) != -1)
			return i;
	return -1;
}

static void
add_target(struct plan *p, int field, const struct rule *r)
{
	p->target[p->n] = (struct target){ .field = field,
	    .constant = r != NULL ? r->constant : NULL,
	    .values = r != NULL ? r->values : NULL,
	    .number = r != NULL && r->number };
	p->fields |= UINT64_C(1) << field;
	p->n++;
}

/* Add the fields that have a rule.  Columns that are used are marked. */
static void
apply_rules(struct plan *p, struct arena *a, const struct layout *l,
    const char *const *folded, size_t n, bool *used)
{
	struct buf	 missing;
	int		 at;

	buf_init_in(&missing, a, 2000);
	for (int f = 0; f < VOTER__MAX; f++) {
		const struct rule	*r = &l->rule[f];
		struct target		*t = &p->target[p->n];

		if (r->n == 0)
			continue;
		add_target(p, f, r);
		for (size_t i = 0; i < r->n; i++) {
			at = plan_find(&r->part[i], folded, n);
			if (at == -1) {
				buf_addf(&missing, "%s%s",
				    missing.len > 0 ? ", " : "",
				    r->part[i].name[0]);
				continue;
			}
			t->cell[t->n++] = (size_t)at;
			if ((size_t)at < n)
				used[at] = true;
		}
		if (t->n == 0) {
			p->fields &= ~(UINT64_C(1) << f);
			p->n--;
		}
	}
	if (missing.len > 0)
		p->missing = missing.data;
}

/* Add the fields of columns that are split. */
static void
apply_splits(struct plan *p, const struct layout *l,
    const char *const *folded, size_t n, bool *used)
{
	for (size_t i = 0; i < l->nsplit; i++) {
		int	 at = plan_find(&l->split[i].from, folded, n);

		if (at == -1)
			continue;
		p->split_cell[p->nsplit] = (size_t)at;
		p->split[p->nsplit++] = &l->split[i];
		if ((size_t)at < n)
			used[at] = true;
		for (size_t k = 0; k < l->split[i].n; k++)
			if (!plan_has(p, (size_t)l->split[i].field[k]))
				add_target(p, l->split[i].field[k],
				    &l->rule[l->split[i].field[k]]);
	}
}

static void
add_column(struct plan *p, int field, const struct rule *r, int at,
    bool *used)
{
	add_target(p, field, r);
	p->target[p->n - 1].cell[0] = (size_t)at;
	p->target[p->n - 1].n = 1;
	used[at] = true;
}

/*
 * Return the column of voter_id in a file that Cerberus exported, or -1.  Files
 * of election offices may have a column "voter_id" with another meaning.  So
 * the header must also have at least two of the headings that only our exports
 * have.
 */
static int
own_voter_id(const struct row *header)
{
	static const char *const ours[] = { "voter_registration_id",
			    "source_campaign_id", "created_at", "updated_at",
			    "engagement_score", "last_contacted_date",
			    "preferred_contact_method", "custom_fields" };
	size_t	 found = 0;
	int	 at = -1;

	for (size_t i = 0; i < header->n; i++) {
		const char	*s = header->cell[i].p;
		size_t		 n = header->cell[i].n;

		text_trim(&s, &n);
		if (n == 8 && memcmp(s, "voter_id", 8) == 0)
			at = (int)i;
		for (size_t k = 0; k < ARRAY_LEN(ours); k++)
			found += n == strlen(ours[k]) &&
			    memcmp(s, ours[k], n) == 0;
	}
	return found >= 2 ? at : -1;
}

/* Add the fields without a rule whose name or alias is a heading. */
static void
apply_aliases(struct plan *p, const struct layout *l, const struct row *first,
    const char *const *folded, bool *used)
{
	size_t	 n = first->n;
	int	 at;

	/* In a file exported by Cerberus voter_id is the key.  In other files
	 * it is an alias of the registration id. */
	if ((at = own_voter_id(first)) != -1 && !used[at])
		add_column(p, VOTER_voter_id, NULL, at, used);
	for (size_t f = 0; f < VOTER__MAX; f++) {
		if (plan_has(p, f) || l->rule[f].set ||
		    f == VOTER_voter_id || (at = heading_alias(f, folded, n,
		    used)) == -1)
			continue;
		/* Fields that a file cannot set are known but ignored. */
		if (!layout_may_set(f))
			used[at] = true;
		else
			add_column(p, (int)f, &l->rule[f], at, used);
	}
}

/* Headings of a column with a full name, folded. */
static const char *const full_names[] = { "fullname", "votername", "name" };

/*
 * Find the column of the full name: by its rule, or, with a header, by its
 * headings if the file has no other names.
 */
static void
apply_full_name(struct plan *p, const struct layout *l,
    const char *const *folded, size_t n, bool *used)
{
	const struct rule	*r = &l->full_name;
	struct target		*t = &p->full_name;
	int			 at;

	t->field = VOTER_first_name;
	t->values = r->values;
	for (size_t i = 0; i < r->n; i++)
		if ((at = plan_find(&r->part[i], folded, n)) != -1)
			t->cell[t->n++] = (size_t)at;
	if (folded != NULL && !r->set && !l->complete &&
	    (!plan_has(p, VOTER_first_name) || !plan_has(p, VOTER_last_name)))
		for (size_t i = 0; i < ARRAY_LEN(full_names) && t->n == 0; i++)
			if ((at = heading_find(folded, n,
			    full_names[i])) != -1 && !used[at])
				t->cell[t->n++] = (size_t)at;
	for (size_t i = 0; i < t->n; i++)
		if (t->cell[i] < n)
			used[t->cell[i]] = true;
	if (t->n > 0)
		p->fields |= UINT64_C(1) << VOTER_first_name |
		    UINT64_C(1) << VOTER_middle_name |
		    UINT64_C(1) << VOTER_last_name |
		    UINT64_C(1) << VOTER_suffix;
}

/* Is any cell of the row a known heading? */
static bool
is_header(const struct layout *l, const char *const *folded, size_t n)
{
	bool	*used = (bool[READER_CELLS]){ false };

	for (size_t f = 0; f < VOTER__MAX; f++) {
		for (size_t i = 0; i < l->rule[f].n; i++)
			if (l->rule[f].part[i].position == 0 &&
			    plan_find(&l->rule[f].part[i], folded, n) != -1)
				return true;
		if (heading_alias(f, folded, n, used) != -1)
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(full_names); i++)
		if (heading_find(folded, n, full_names[i]) != -1)
			return true;
	for (size_t i = 0; i < l->full_name.n; i++)
		if (l->full_name.part[i].position == 0 &&
		    plan_find(&l->full_name.part[i], folded, n) != -1)
			return true;
	for (size_t i = 0; i < l->nsplit; i++)
		if (l->split[i].from.position == 0 &&
		    plan_find(&l->split[i].from, folded, n) != -1)
			return true;
	return false;
}

/* Set the error for a file without first and last name. */
static int
no_names(const struct row *first, struct err *e)
{
	struct buf	 b;

	buf_init(&b, 300);
	for (size_t i = 0; i < first->n && b.len < 260; i++)
		if (text_utf8_length(first->cell[i].p, first->cell[i].n) != -1)
			buf_addf(&b, "%s%.*s", i > 0 ? ", " : "",
			    first->cell[i].n < 40 ? (int)first->cell[i].n : 40,
			    first->cell[i].p);
	err_slug(e, ERR_UNPROCESSABLE, "columns_not_found",
	    "First and last name are not among the headers: %s.", buf_str(&b));
	/* The message may be cut within a character. */
	for (size_t n = strlen(e->msg); n > 0 &&
	    text_utf8_length(e->msg, n) == -1; n = strlen(e->msg))
		e->msg[n - 1] = '\0';
	buf_release(&b);
	return -1;
}

void
plan_unmapped(struct plan *p, struct arena *a, const struct row *first,
    bool header, const bool *used)
{
	p->unmapped = arena_alloc(a, (p->columns + 1) * sizeof(*p->unmapped));
	if (header) {
		p->heading = arena_alloc(a, (first->n + 1) *
		    sizeof(*p->heading));
		for (size_t i = 0; i < first->n; i++) {
			const char	*s = first->cell[i].p;
			size_t		 n = first->cell[i].n;

			text_trim(&s, &n);
			p->heading[i] = arena_strndup(a, s, n);
		}
	}
	for (size_t i = 0; i < p->columns; i++)
		if (!used[i])
			p->unmapped[p->nunmapped++] = i;
}

int
plan_make(struct plan *p, struct arena *a, const struct layout *l,
    const struct row *first, bool *header, struct err *e)
{
	const char	**folded = heading_fold_row(a, first), **known;
	bool		*used = arena_zalloc(a, first->n + l->columns + 1);

	memset(p, 0, sizeof(*p));
	*header = l->header == -1 ? is_header(l, folded, first->n) :
	    l->header != 0;
	known = *header ? folded : NULL;
	p->cells = !*header && l->columns > 0 ? l->columns : first->n;
	p->columns = p->cells > first->n ? p->cells : first->n;
	apply_rules(p, a, l, known, p->columns, used);
	apply_splits(p, l, known, p->columns, used);
	if (*header && !l->complete)
		apply_aliases(p, l, first, folded, used);
	apply_full_name(p, l, known, p->columns, used);
	for (int f = 0; f < VOTER__MAX; f++)
		if (l->rule[f].constant != NULL && !plan_has(p, (size_t)f))
			add_target(p, f, &l->rule[f]);
	if (!plan_has(p, VOTER_first_name) || !plan_has(p, VOTER_last_name))
		return no_names(first, e);
	plan_unmapped(p, a, first, *header, used);
	return 0;
}
