/*
 * What a row adds to custom_fields.  The named fields are set in transform.c
 * and value.c.
 */
#include "custom.h"
#include "record/json.h"
#include "words.h"

#define DOCUMENT_MAX	(256 * 1024)	/* bytes of what is added */

static bool
is_taken(const struct custom *c, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(c->key[i], key) == 0)
			return true;
	for (size_t i = n + 1; i < c->plan->nunmapped; i++)
		if (c->plan->heading != NULL && strcmp(key,
		    c->plan->heading[c->plan->unmapped[i]]) == 0)
			return true;
	return false;
}

/*
 * Return a key for unmapped column i that differs from the keys of the columns
 * before it and from the headings of those after it.
 */
static const char *
key_of(const struct custom *c, struct arena *a, size_t i)
{
	const struct plan	*p = c->plan;
	const char		*name = p->heading != NULL ?
				    p->heading[p->unmapped[i]] : "", *key;

	if (*name == '\0')
		name = arena_printf(a, "column %zu", p->unmapped[i] + 1);
	key = name;
	for (size_t k = 0; k < i; k++) {
		if (strcmp(c->key[k], key) != 0)
			continue;
		for (size_t number = 2; number == 2 || is_taken(c, i, key);
		    number++)
			key = arena_printf(a, "%s %zu", name, number);
		break;
	}
	return key;
}

void
custom_init(struct custom *c, struct arena *a, const struct plan *p,
    bool keep)
{
	*c = (struct custom){ .plan = p };
	if (!keep)
		return;
	c->key = arena_alloc(a, (p->nunmapped + 1) * sizeof(*c->key));
	for (size_t i = 0; i < p->nunmapped; i++)
		c->key[i] = key_of(c, a, i);
}

void
custom_add(struct custom *c, const char *key, const char *value)
{
	if (c->n == CUSTOM_PARTS)
		return;
	c->part[c->n++] = (struct part_of_cell){ key, value };
}

static void
add_member(struct buf *b, const char *key, const char *s, size_t n)
{
	buf_addc(b, b->len > 0 ? ',' : '{');
	json_add_string(b, key, strlen(key));
	buf_addc(b, ':');
	json_add_string(b, s, n);
}

/* Add the cells of the columns that are not used. */
static void
add_unmapped(struct custom *c, const struct row *row, struct notes *notes,
    struct buf *b)
{
	const char	*s, *message;
	size_t		 n;

	for (size_t i = 0; i < c->plan->nunmapped; i++) {
		if (!row_text(row, c->plan->unmapped[i], &s, &n) ||
		    word_is_nothing(s, n, true))
			continue;
		word_unwrap(&s, &n);
		if (memchr(s, '\0', n) != NULL)
			message = "A cell that is kept is not text. It is "
			    "left out.";
		else if (b->len + n > DOCUMENT_MAX)
			message = "The cells that are kept are too long. "
			    "This one is left out.";
		else {
			add_member(b, c->key[i], s, n);
			continue;
		}
		notes_add(notes, row->line, "custom_fields", s, n, message);
	}
}

void
custom_finish(struct custom *c, struct rec *r, const struct row *row,
    struct notes *notes)
{
	const char	*own = r->value[VOTER_custom_fields];
	struct buf	 b;

	if (c->n == 0 && c->key == NULL)
		return;
	buf_init(&b, 8 * DOCUMENT_MAX + 2 * READER_ROW);
	for (size_t i = 0; i < c->n; i++)
		add_member(&b, c->part[i].key, c->part[i].value,
		    strlen(c->part[i].value));
	if (c->key != NULL)
		add_unmapped(c, row, notes, &b);
	c->n = 0;
	if (b.len > 0) {
		if (own != NULL && own[1 + strspn(own + 1, " \n\r\t")] != '}') {
			buf_addc(&b, ',');
			buf_adds(&b, strchr(own, '{') + 1);
		} else {
			buf_addc(&b, '}');
		}
		if (b.failed)
			notes_add(notes, row->line, "custom_fields", NULL, 0,
			    "The cells that are kept are too long. They are "
			    "left out.");
		else
			rec_put(r, VOTER_custom_fields, arena_strndup(
			    r->arena, buf_str(&b), b.len));
	}
	buf_release(&b);
}
