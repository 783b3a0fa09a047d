/* Matching a layout with a header. */
#include "core/buf.h"
#include "core/text.h"
#include "heading.h"
#include "plan.h"

/* The cell that an origin names, or -1. */
static int
find_cell(const struct origin *o, const char *const *folded, size_t n)
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

/* What rules and splits say, then what aliases find. */
static void
resolve(struct plan *p, struct arena *a, const struct layout *l,
    const char *const *folded, size_t n, bool *used)
{
	struct buf	 missing;
	bool		 ours;
	int		 at;

	buf_init(&missing, 2000);
	for (int f = 0; f < VOTER__MAX; f++) {
		const struct rule	*r = &l->rule[f];
		struct target		*t = &p->target[p->n];

		if (!r->set || (r->n == 0 && r->constant == NULL))
			continue;
		add_target(p, f, r);
		for (size_t i = 0; i < r->n; i++) {
			at = find_cell(&r->part[i], folded, n);
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
	for (size_t i = 0; i < l->nsplit; i++) {
		at = find_cell(&l->split[i].from, folded, n);
		if (at == -1)
			continue;
		p->split_cell[p->nsplit] = (size_t)at;
		p->split[p->nsplit++] = &l->split[i];
		if ((size_t)at < n)
			used[at] = true;
		for (size_t k = 0; k < l->split[i].n; k++)
			if (!(p->fields >> l->split[i].field[k] & 1))
				add_target(p, l->split[i].field[k],
				    &l->rule[l->split[i].field[k]]);
	}
	if (missing.len > 0)
		p->missing = arena_strdup(a, missing.data);
	buf_release(&missing);
	/* A layout knows its file: no guesses beside it. */
	if (folded == NULL || l->name != NULL)
		return;
	/* In our own files voter_id is our key; in others it is the office's,
	 * one of the aliases of the registration id. */
	ours = (at = heading_find(folded, n, "voterid")) != -1 && !used[at] &&
	    heading_find(folded, n, "voterregistrationid") != -1;
	if (ours) {
		add_target(p, VOTER_voter_id, NULL);
		p->target[p->n - 1].cell[0] = (size_t)at;
		p->target[p->n - 1].n = 1;
		used[at] = true;
	}
	for (size_t f = 0; f < VOTER__MAX; f++) {
		if ((p->fields >> f & 1) || l->rule[f].set ||
		    f == VOTER_voter_id || (at = heading_alias(f, folded, n,
		    used)) == -1)
			continue;
		used[at] = true;
		/* Times that we keep ourselves are known and left alone. */
		if (voter_schema.field[f].flags & F_SERVER)
			continue;
		add_target(p, (int)f, &l->rule[f]);
		p->target[p->n - 1].cell[0] = (size_t)at;
		p->target[p->n - 1].n = 1;
	}
}

/* Does a row read like a header: is any cell a heading that we know? */
static bool
is_header(const struct layout *l, const char *const *folded, size_t n)
{
	bool	*used = (bool[READER_CELLS]){ false };

	for (size_t f = 0; f < VOTER__MAX; f++) {
		for (size_t i = 0; i < l->rule[f].n; i++)
			if (l->rule[f].part[i].position == 0 &&
			    find_cell(&l->rule[f].part[i], folded, n) != -1)
				return true;
		if (heading_alias(f, folded, n, used) != -1)
			return true;
	}
	for (size_t i = 0; i < l->nsplit; i++)
		if (l->split[i].from.position == 0 &&
		    find_cell(&l->split[i].from, folded, n) != -1)
			return true;
	return false;
}

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
	/* The cut may have gone through a character. */
	for (size_t n = strlen(e->msg); n > 0 &&
	    text_utf8_length(e->msg, n) == -1; n = strlen(e->msg))
		e->msg[n - 1] = '\0';
	buf_release(&b);
	return -1;
}

int
plan_make(struct plan *p, struct arena *a, const struct layout *l,
    const struct row *first, bool *header, struct err *e)
{
	const char	**folded = heading_fold_row(a, first);
	bool		*used = arena_zalloc(a, first->n + 1);

	memset(p, 0, sizeof(*p));
	*header = l->header == -1 ? is_header(l, folded, first->n) :
	    l->header != 0;
	resolve(p, a, l, *header ? folded : NULL, first->n, used);
	if (!(p->fields >> VOTER_first_name & 1) ||
	    !(p->fields >> VOTER_last_name & 1))
		return no_names(first, e);
	p->cells = !*header && l->columns > 0 ? l->columns : first->n;
	p->unmapped = arena_alloc(a, (first->n + 1) * sizeof(*p->unmapped));
	if (*header) {
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
		if (!used[i] && (!*header || p->heading[i][0] != '\0'))
			p->unmapped[p->nunmapped++] = i;
	return 0;
}
