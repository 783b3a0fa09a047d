/* Pages and cursors: where a list stands. */
#include <inttypes.h>

#include "core/text.h"
#include "place.h"

#define PER_PAGE	20
#define PER_PAGE_MAX	200
#define PAGE_MAX	1000000000
#define RANKED		"rank"	/* a cursor's word for that order */

static int
read_number(struct req *rq, const char *name, int64_t high, int64_t *out,
    struct err *e)
{
	const struct pair	*p = form_find(&rq->query, name);
	int64_t			 value;

	if (p == NULL)
		return 0;
	if (!text_int64(p->value, p->len, &value) || value < 1 ||
	    value > high)
		return err_field(e, name, "out_of_range",
		    "%s must be a whole number from 1 to %" PRId64 ".", name,
		    high);
	*out = value;
	return 0;
}

static int
read_sort(const struct schema *s, const char *text, struct place *at,
    struct err *e)
{
	int	 i;

	at->descending = *text == '-';
	text += at->descending;
	i = schema_find(s, text, strlen(text));
	if (i == -1 || (s->field[i].flags & F_SORT) == 0)
		return err_field(e, "sort", "invalid_choice",
		    "The list cannot be sorted by %.60s.", text);
	at->sort = (size_t)i;
	return 0;
}

/*
 * A cursor is base64url of "page|per_page|[-]sort|id|value", or without
 * "|value" where that is null: only a place in the list, so that who makes one up
 * reads no more than the list itself would show.
 */
const char *
place_cursor(struct req *rq, const struct place *at, const char *sort,
    const char *id, const char *value)
{
	char	*text = arena_printf(rq->arena, "%" PRId64 "|%" PRId64
		    "|%s%s|%s%s%s", at->page + 1, at->per_page,
		    at->descending ? "-" : "", sort, id,
		    value == NULL ? "" : "|", value == NULL ? "" : value);
	size_t	 n = strlen(text);
	char	*out = arena_alloc(rq->arena, n * 4 / 3 + 3);

	text_base64url(text, n, out);
	return out;
}

static int
read_cursor(struct req *rq, const struct schema *s, struct place *at,
    struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "cursor");
	unsigned char		*raw;
	char			*part[5] = { NULL }, *text;
	const struct field	*f;
	struct field		 plain;
	struct err		*ignored;
	ptrdiff_t		 n;
	size_t			 parts = 0;
	int64_t			 id;

	if (p == NULL)
		return 0;
	raw = arena_alloc(rq->arena, p->len + 1);
	if ((n = text_unbase64url(p->value, p->len, raw)) < 1)
		goto bad;
	raw[n] = '\0';
	text = (char *)raw;
	if (strlen(text) != (size_t)n)
		goto bad;
	while (text != NULL && parts < 5) {
		part[parts++] = text;
		text = parts < 5 ? strchr(text, '|') : NULL;
		if (text != NULL)
			*text++ = '\0';
	}
	ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	if (parts < 4 ||
	    !text_int64(part[0], strlen(part[0]), &at->page) ||
	    at->page < 1 || at->page > PAGE_MAX + 1 ||
	    !text_int64(part[1], strlen(part[1]), &at->per_page) ||
	    at->per_page < 1 || at->per_page > PER_PAGE_MAX ||
	    !text_int64(part[3], strlen(part[3]), &id))
		goto bad;
	at->ranked = strcmp(part[2], RANKED) == 0;
	if (!at->ranked && read_sort(s, part[2], at, ignored) != 0)
		goto bad;
	at->sorted = !at->ranked;
	at->keyset = true;
	at->id = part[3];
	if (at->ranked) {
		if (part[4] == NULL ||
		    text_utf8_length(part[4], strlen(part[4])) == -1)
			goto bad;
		at->value = part[4];
	} else if (part[4] != NULL) {
		/* What came out of the table goes through the check again. */
		f = &s->field[at->sort];
		plain = (struct field){ .name = "cursor", .kind =
		    f->kind == KIND_TIME || f->kind == KIND_DATE ||
		    f->kind == KIND_INT ? f->kind : KIND_TEXT,
		    .flags = F_LINES };
		if (plain.kind == KIND_TEXT)
			at->value = part[4];
		else if (field_check(&plain, rq->arena, part[4],
		    strlen(part[4]), &at->value, ignored) != 0 ||
		    at->value == NULL)
			goto bad;
		if (text_utf8_length(at->value, strlen(at->value)) == -1)
			goto bad;
	}
	return 0;
bad:
	return err_field(e, "cursor", "invalid_cursor",
	    "This cursor belongs to another list. Start again without one.");
}

/* Does the query's sort repeat the order that the cursor holds? */
static bool
same_order(const struct place *cursor, const struct place *asked)
{
	return !cursor->ranked && cursor->sort == asked->sort &&
	    cursor->descending == asked->descending;
}

int
place_read(struct req *rq, const struct schema *s, struct place *at,
    struct err *e)
{
	const struct pair	*sort = form_find(&rq->query, "sort");
	bool			 by_cursor = form_find(&rq->query,
				    "cursor") != NULL;
	struct place		 asked = { .page = 1 };
	int			 rc = 0;

	*at = (struct place){ .page = 1, .per_page = PER_PAGE };
	if (by_cursor && form_find(&rq->query, "page") != NULL)
		return err_field(e, "page", "conflict",
		    "Give page or cursor, not both.");
	/* The cursor first: a per_page beside it changes the page's size. */
	if (read_cursor(rq, s, at, e) != 0)
		rc = -1;
	if (read_number(rq, "page", PAGE_MAX, &at->page, e) != 0)
		rc = -1;
	if (read_number(rq, "per_page", PER_PAGE_MAX, &at->per_page, e) != 0)
		rc = -1;
	if (sort == NULL)
		return rc;
	if (read_sort(s, sort->value, &asked, e) != 0)
		return -1;
	if (by_cursor) {
		if (rc == 0 && !same_order(at, &asked))
			rc = err_field(e, "sort", "conflict", "sort must be "
			    "the one that the cursor's list began with.");
		return rc;
	}
	at->sort = asked.sort;
	at->descending = asked.descending;
	at->sorted = true;
	return rc;
}
