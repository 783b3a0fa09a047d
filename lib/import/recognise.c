/*
 * Choosing a layout file by the headings of a file.  saved_layout.c chooses
 * among the layouts of a campaign.
 */
#include "heading.h"
#include "layout_file.h"
#include "recognise.h"

struct recognising {
	const char	**folded;	/* the header */
	size_t		 n;
	size_t		 best;		/* headings of the best layout so far */
	struct layout	*l;		/* the best layout so far */
	void		(*broken)(const char *);
};

/* Keep a layout if it matches more headings than the best so far. */
static void
recognise(struct layout *one, const struct err *e, void *ctx)
{
	struct recognising	*r = ctx;
	size_t			 found = 0;

	if (one == NULL) {
		r->broken(e->msg);
		return;
	}
	while (found < one->nrecognise && heading_find(r->folded, r->n,
	    one->recognise[found]) != -1)
		found++;
	if (found == one->nrecognise && found > r->best) {
		r->best = found;
		*r->l = *one;
	}
}

size_t
layout_recognise(struct layout *l, struct arena *a, const char *dir,
    const struct row *header, void (*broken)(const char *))
{
	struct recognising	 r = { .n = header->n, .l = l,
				    .folded = heading_fold_row(a, header),
				    .broken = broken };

	/* Without the folder there are no layouts, only aliases. */
	layout_each(arena_alloc(a, sizeof(*l)), a, dir, recognise, &r);
	return r.best;
}
