/* Matching headings of a file with fields.  plan.c applies layouts, too. */
#include <ctype.h>

#include "core/text.h"
#include "heading.h"
#include "people/voter.h"

const char *
heading_fold(struct arena *a, const char *s, size_t n)
{
	char	*out = arena_alloc(a, n + 1);
	size_t	 len = 0;

	text_trim(&s, &n);
	for (size_t i = 0; i < n; i++) {
		unsigned char	 c = (unsigned char)s[i];

		if (isalnum(c) || c >= 0x80)
			out[len++] = (char)tolower(c);
	}
	out[len] = '\0';
	return out;
}

const char **
heading_fold_row(struct arena *a, const struct row *row)
{
	const char	**folded = arena_alloc(a, (row->n + 1) *
			    sizeof(*folded));

	for (size_t i = 0; i < row->n; i++)
		folded[i] = heading_fold(a, row->cell[i].p, row->cell[i].n);
	return folded;
}

int
heading_find(const char *const *folded, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(folded[i], name) == 0)
			return (int)i;
	return -1;
}

/*
 * Rank a folded heading as a name of the field: 1 for the field's own name, 2
 * for its first alias and so on, 0 if it does not match.
 */
static size_t
match_rank(const struct field *f, const char *folded)
{
	const char	*p = f->aliases;
	size_t		 rank = 2, i = 0;

	for (const char *c = f->name; ; c++) {
		if (*c == '_')
			continue;
		if (*c != folded[i++])
			break;
		if (*c == '\0')
			return 1;
	}
	while (p != NULL && *p != '\0') {
		size_t	 n = strcspn(p, " ");

		if (strncmp(p, folded, n) == 0 && folded[n] == '\0')
			return rank;
		p += n + strspn(p + n, " ");
		rank++;
	}
	return 0;
}

int
heading_field(const struct field *f, const char *const *folded, size_t n,
    const bool *used)
{
	size_t	 best = SIZE_MAX, rank;
	int	 at = -1;

	for (size_t i = 0; i < n; i++)
		if (!used[i] && (rank = match_rank(f, folded[i])) > 0 &&
		    rank < best) {
			best = rank;
			at = (int)i;
		}
	return at;
}

int
heading_alias(size_t field, const char *const *folded, size_t n,
    const bool *used)
{
	return heading_field(&voter_schema.field[field], folded, n, used);
}
