/*
 * Read the page of a list from the query or from its cursor; write cursors.
 * filter.c reads the other parameters.
 */
#include <inttypes.h>

#include "core/text.h"
#include "page.h"

#define PER_PAGE	20
#define PAGE_MAX	1000000000

static int
read_number(const struct form *query, const char *name, int64_t high,
    int64_t *out, struct err *e)
{
	const struct pair	*p = form_find(query, name);
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
read_sort(const struct schema *s, const char *text, struct page *page,
    struct err *e)
{
	int	 i;

	page->descending = *text == '-';
	text += page->descending;
	i = schema_find(s, text, strlen(text));
	if (i == -1 || (s->field[i].flags & F_SORT) == 0)
		return err_field(e, "sort", "invalid_choice",
		    "The list cannot be sorted by %.60s.", text);
	page->sort = (size_t)i;
	return 0;
}

int64_t
page_offset(const struct page *page)
{
	return page->keyset ? 0 : (page->number - 1) * page->per_page;
}

int
page_refuse_cursor(struct err *e)
{
	return err_field(e, "cursor", "invalid_cursor",
	    "This cursor belongs to another list. Start again without one.");
}

/*
 * A cursor is base64url of "page|per_page|[-]sort|id|value", without "|value"
 * if the value is null.  It is only a position: the predicates of the list and
 * the policies apply to a forged cursor as they do to any other.
 */
const char *
page_cursor(struct arena *a, const struct page *page, const char *sort,
    const char *id, const char *value)
{
	char	*text = arena_printf(a, "%" PRId64 "|%" PRId64
		    "|%s%s|%s%s%s", page->number + 1, page->per_page,
		    page->descending ? "-" : "", sort, id,
		    value == NULL ? "" : "|", value == NULL ? "" : value);
	size_t	 n = strlen(text);
	char	*out = arena_alloc(a, n * 4 / 3 + 3);

	text_base64url(text, n, out);
	return out;
}

/* Decode a cursor, and split it into its 4 or 5 parts. */
static bool
split_cursor(struct arena *a, const struct pair *p, char *part[5])
{
	unsigned char	*raw = arena_alloc(a, p->len + 1);
	char		*text = (char *)raw;
	ptrdiff_t	 n = text_unbase64url(p->value, p->len, raw);
	size_t		 parts = 0;

	if (n < 1)
		return false;
	raw[n] = '\0';
	if (strlen(text) != (size_t)n)
		return false;
	while (text != NULL && parts < 5) {
		part[parts++] = text;
		text = parts < 5 ? strchr(text, '|') : NULL;
		if (text != NULL)
			*text++ = '\0';
	}
	return parts >= 4;
}

/* Check the value of the sort's field, which the client may have changed. */
static bool
check_value(struct arena *a, const struct field *f, const char *text,
    const char **value, struct err *ignored)
{
	bool			 typed = f->kind == KIND_TIME ||
				    f->kind == KIND_DATE ||
				    f->kind == KIND_INT;
	const struct field	 plain = { .name = "cursor", .kind = f->kind,
		.flags = F_LINES };

	*value = text;
	if (typed && (field_check(&plain, a, text, strlen(text), value,
	    ignored) != 0 || *value == NULL))
		return false;
	return text_utf8_length(*value, strlen(*value)) != -1;
}

static int
read_cursor(struct arena *a, const struct schema *s, struct page *page,
    struct err *e)
{
	const struct pair	*p = form_find(page->query, "cursor");
	char			*part[5] = { NULL };
	struct err		*ignored;
	int64_t			 id;

	if (p == NULL)
		return 0;
	ignored = arena_zalloc(a, sizeof(*ignored));
	if (!split_cursor(a, p, part) ||
	    !text_int64(part[0], strlen(part[0]), &page->number) ||
	    page->number < 1 || page->number > PAGE_MAX + 1 ||
	    !text_int64(part[1], strlen(part[1]), &page->per_page) ||
	    page->per_page < 1 || page->per_page > PER_PAGE_MAX ||
	    !text_int64(part[3], strlen(part[3]), &id))
		goto bad;
	page->ranked = strcmp(part[2], PAGE_RANK) == 0;
	if (!page->ranked && read_sort(s, part[2], page, ignored) != 0)
		goto bad;
	page->sorted = !page->ranked;
	page->keyset = true;
	page->id = part[3];
	if (page->ranked) {
		if (part[4] == NULL ||
		    text_utf8_length(part[4], strlen(part[4])) == -1)
			goto bad;
		page->value = part[4];
	} else if (part[4] != NULL && !check_value(a, &s->field[page->sort],
	    part[4], &page->value, ignored)) {
		goto bad;
	}
	return 0;
bad:
	return page_refuse_cursor(e);
}

/* Return true if the query's sort repeats the order of the cursor. */
static bool
same_order(const struct page *cursor, const struct page *query)
{
	return !cursor->ranked && cursor->sort == query->sort &&
	    cursor->descending == query->descending;
}

int
page_read(struct arena *a, const struct form *query, const struct schema *s,
    struct page *page, struct err *e)
{
	const struct pair	*sort = form_find(query, "sort");
	bool			 by_cursor = form_find(query, "cursor") != NULL;
	struct page		 order = { .number = 1 };
	int			 rc = 0;

	*page = (struct page){ .query = query, .number = 1,
	    .per_page = PER_PAGE };
	if (by_cursor && form_find(query, "page") != NULL)
		return err_field(e, "page", "conflict",
		    "Give page or cursor, not both.");
	/* The cursor first: per_page beside it changes the size of the page. */
	if (read_cursor(a, s, page, e) != 0)
		rc = -1;
	if (read_number(query, "page", PAGE_MAX, &page->number, e) != 0)
		rc = -1;
	if (read_number(query, "per_page", PER_PAGE_MAX, &page->per_page,
	    e) != 0)
		rc = -1;
	if (sort == NULL)
		return rc;
	if (read_sort(s, sort->value, &order, e) != 0)
		return -1;
	if (by_cursor) {
		if (rc == 0 && !same_order(page, &order))
			rc = err_field(e, "sort", "conflict", "sort must be "
			    "the one that the cursor's list began with.");
		return rc;
	}
	page->sort = order.sort;
	page->descending = order.descending;
	page->sorted = true;
	return rc;
}
