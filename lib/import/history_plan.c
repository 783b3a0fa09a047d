/*
 * Finds the columns with votes in the first row of a file.  history.c reads the
 * cells in them.
 */
#include "heading.h"
#include "history_plan.h"
#include "record/field.h"

#define SEEN_MAX	65536	/* texts that are remembered */

static void
start(struct history *h, const struct layout *l, const char *state,
    enum date_order order)
{
	history_release(h);
	memset(h, 0, sizeof(*h));
	h->rules = l->history;
	if (h->rules == NULL)
		return;
	h->order = order;
	h->state = l->rule[VOTER_registration_state].constant;
	if (h->state == NULL)
		h->state = state;
	h->list = HISTORY_NO_CELL;
	date_today(h->today);
	h->seen = code_table_new(&h->arena, SEEN_MAX);
	h->known = code_table_new(&h->arena, HISTORY_BALLOTS);
	h->ballot = arena_alloc(&h->arena, HISTORY_BALLOTS *
	    sizeof(*h->ballot));
	buf_init(&h->key, HISTORY_KEY);
	buf_init(&h->id, HISTORY_KEY);
	buf_init(&h->codes, HISTORY_KEY);
}

static size_t
find(const struct origin *o, const char *const *folded, size_t n, bool *used)
{
	int	 at = origin_given(o) ? plan_find(o, folded, n) : -1;

	if (at >= 0 && (size_t)at < n)
		used[at] = true;
	return at == -1 ? HISTORY_NO_CELL : (size_t)at;
}

/* Move the columns that are used from the plan's unmapped ones to its votes. */
static void
mark_used(struct plan *p, const bool *used)
{
	size_t	 k = 0;

	for (size_t i = 0; i < p->nunmapped; i++)
		if (!used[p->unmapped[i]])
			p->unmapped[k++] = p->unmapped[i];
	p->nunmapped = k;
	p->votes = used;
}

/* Add a column whose heading is that of an election. */
static void
add_heading(struct history *h, const struct cell *c, size_t at, bool *used)
{
	struct history_column	*column = &h->column[h->ncolumns];
	const char		*text = history_clean(&h->arena, c->p, c->n,
				    255);

	memset(column, 0, sizeof(*column));
	for (size_t i = 0; text != NULL && i < h->rules->npatterns; i++)
		if (ballot_heading(&column->ballot, &h->arena, text,
		    h->rules->pattern[i], h->rules->kinds, h->order,
		    h->today)) {
			column->cell[h->rules->cell] = at;
			column->cell[h->rules->cell == CELL_METHOD ?
			    CELL_PARTY : CELL_METHOD] = HISTORY_NO_CELL;
			h->ncolumns++;
			used[at] = true;
			return;
		}
}

void
history_plan(struct history *h, struct arena *a, const struct layout *l,
    const char *state, const struct row *first, bool header,
    enum date_order order, struct plan *p)
{
	const char	**folded;
	bool		*used;
	size_t		 n = p->columns;

	start(h, l, state, order);
	if (h->rules == NULL)
		return;
	folded = header ? heading_fold_row(a, first) : NULL;
	used = arena_zalloc(a, p->columns + 1);
	for (const struct history_election *e = h->rules->election; e != NULL;
	    e = e->next)
		n++;
	h->column = arena_alloc(&h->arena, (n + 1) * sizeof(*h->column));
	n = p->columns;
	h->list = find(&h->rules->list, folded, n, used);
	for (const struct history_election *e = h->rules->election; e != NULL;
	    e = e->next) {
		struct history_column	*c = &h->column[h->ncolumns];

		c->ballot = e->ballot;
		for (size_t k = 0; k < 2; k++)
			c->cell[k] = find(&e->column[k], folded, n, used);
		h->ncolumns += c->cell[0] != HISTORY_NO_CELL ||
		    c->cell[1] != HISTORY_NO_CELL;
	}
	for (size_t i = 0; header && i < p->nunmapped; i++)
		if (!used[p->unmapped[i]])
			add_heading(h, &first->cell[p->unmapped[i]],
			    p->unmapped[i], used);
	mark_used(p, used);
}

int
history_plan_rows(struct history *h, struct arena *a, const struct layout *l,
    const char *state, const struct row *first, bool *header,
    enum date_order order, struct plan *p, struct err *e)
{
	const char	**folded = heading_fold_row(a, first);
	bool		*used = arena_zalloc(a, first->n + 1);

	memset(p, 0, sizeof(*p));
	p->cells = p->columns = first->n;
	p->votes = used;
	start(h, l, state, order);
	*header = l->header != 0;
	for (size_t i = 0; i < VOTE_COLUMN__MAX; i++)
		h->cell[i] = find(&h->rules->column[i], *header ? folded :
		    NULL, first->n, used);
	if (h->state == NULL)
		return err_field(e, "registration_state", "required",
		    "The layout does not say of which state the elections "
		    "are. Set registration_state.");
	if (h->cell[VOTE_COLUMN_ID] == HISTORY_NO_CELL ||
	    h->cell[VOTE_COLUMN_DATE] == HISTORY_NO_CELL)
		return err_slug(e, ERR_UNPROCESSABLE, "columns_not_found",
		    "The registration id and the date of the election are not "
		    "among the columns.");
	plan_unmapped(p, a, first, *header, used);
	return 0;
}
