/* Matching a layout with the first row of a file. */
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
	    .values = r != NULL ? r->values : NULL };
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

		if (!r->set || (r->n == 0 && r->constant == NULL))
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
		if (t->n == 0 && r->constant == NULL) {
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

/* Add the fields without a rule whose name or alias is a heading. */
static void
apply_aliases(struct plan *p, const struct layout *l,
    const char *const *folded, size_t n, bool *used)
{
	int	 at;

	/* In a file exported by Cerberus voter_id is the key.  In other files
	 * it is an alias of the registration id. */
	if ((at = heading_find(folded, n, "voterid")) != -1 && !used[at] &&
	    heading_find(folded, n, "voterregistrationid") != -1)
		add_column(p, VOTER_voter_id, NULL, at, used);
	for (size_t f = 0; f < VOTER__MAX; f++) {
		if (plan_has(p, f) || l->rule[f].set ||
		    f == VOTER_voter_id || (at = heading_alias(f, folded, n,
		    used)) == -1)
			continue;
		/* Fields that clients cannot write are known but ignored. */
		if (voter_schema.field[f].flags & F_SERVER)
			used[at] = true;
		else
			add_column(p, (int)f, &l->rule[f], at, used);
	}
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
	p->unmapped = arena_alloc(a, (first->n + 1) * sizeof(*p->unmapped));
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
	for (size_t i = 0; i < first->n; i++)
		if (!used[i] && (!header || p->heading[i][0] != '\0'))
			p->unmapped[p->nunmapped++] = i;
}

int
plan_make(struct plan *p, struct arena *a, const struct layout *l,
    const struct row *first, bool *header, struct err *e)
{
	const char	**folded = heading_fold_row(a, first), **known;
	bool		*used = arena_zalloc(a, first->n + 1);

	memset(p, 0, sizeof(*p));
	*header = l->header == -1 ? is_header(l, folded, first->n) :
	    l->header != 0;
	known = *header ? folded : NULL;
	apply_rules(p, a, l, known, first->n, used);
	apply_splits(p, l, known, first->n, used);
	/* A layout with a name is complete, so aliases are not tried. */
	if (*header && l->name == NULL)
		apply_aliases(p, l, folded, first->n, used);
	if (!plan_has(p, VOTER_first_name) || !plan_has(p, VOTER_last_name))
		return no_names(first, e);
	p->cells = !*header && l->columns > 0 ? l->columns : first->n;
	plan_unmapped(p, a, first, *header, used);
	return 0;
}
