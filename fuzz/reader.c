/*
 * Fuzz voter files, read with the detected delimiter: line numbers increase,
 * cells are UTF-8, dates, phones, addresses, names and tags are well-formed.
 * The first row is matched with the fields.  A file that ends in # is read in
 * fixed widths.
 */
#include "core/text.h"
#include "fuzz.h"
#include "import/date_text.h"
#include "import/email_text.h"
#include "import/list_text.h"
#include "import/name_text.h"
#include "import/phone_text.h"
#include "import/plan.h"
#include "import/sniff.h"
#include "import/words.h"
#include "record/csv.h"

struct bytes {
	const uint8_t	*p;
	size_t		 n;
};

/* Read at most 7 bytes, so that reads end in every state of the reader. */
static ssize_t
read_some(struct source *s, void *p, size_t n, struct err *e)
{
	struct bytes	*b = s->ctx;
	size_t		 some = b->n < 7 ? b->n : 7;

	(void)e;
	if (some > n)
		some = n;
	memcpy(p, b->p, some);
	b->p += some;
	b->n -= some;
	return (ssize_t)some;
}

/* A part of a cell is not longer than the cell, and UTF-8 if that is. */
static void
check_part(const char *part, size_t n)
{
	if (part != NULL && (strlen(part) > n ||
	    text_utf8_length(part, strlen(part)) == -1))
		abort();
}

/* The parsers of texts that can be written in several ways. */
static void
check_text(const struct cell *c, struct arena *a)
{
	static const struct field	 email = { .name = "email",
					    .kind = KIND_EMAIL, .max = 255 };
	const char			*out[EMAILS_MAX], *ext = NULL;
	const char			*s = c->p;
	struct name			 name;
	size_t				 n = c->n;
	bool				 rest;

	text_trim(&s, &n);
	word_unwrap(&s, &n);
	if (n > c->n || word_without_fraction(s, n) > n ||
	    (word_is_nothing(s, n, true) && !word_is_nothing(s, n, false)))
		abort();
	for (size_t i = emails_read(&email, a, s, n, out, &rest); i > 0; i--)
		check_part(out[i - 1], n);
	if (phone_read(a, s, n, &ext) == NULL && ext != NULL)
		abort();
	check_part(ext, n);
	name_split(a, s, n, &name);
	check_part(name.first, n);
	check_part(name.middle, n);
	check_part(name.last, n);
	check_part(name.suffix, n);
}

static void
check_cell(const struct cell *c, struct arena *a)
{
	struct field	 tags = { .name = "tags", .kind = KIND_TEXTS,
			    .max = 100 };
	struct err	 e = { 0 };
	const char	*out, *text;
	struct buf	 b;
	size_t		 n = c->n;
	char		 date[11];

	if (text_utf8_length(c->p, c->n) == -1)
		abort();
	if (date_read(c->p, c->n, DATE_MDY, "2026-01-31", date, NULL) ==
	    DATE_OK && strlen(date) != 10)
		abort();
	check_text(c, a);
	buf_init(&b, 4 * 1024 * 1024);
	csv_add_cell(&b, c->p, c->n);
	text = csv_unguard(a, c->p, &n);
	if (n > c->n || text_utf8_length(text, n) == -1 || (b.len == 0) !=
	    (c->n == 0))
		abort();
	buf_release(&b);
	if (c->n > 0 && texts_read(a, &tags, c->p, c->n, &out, &e) == 0 &&
	    out != NULL && *out != '{')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena	 a = { 0 };
	struct err	 e = { 0 };
	static const struct span spans[] = { { 0, 5 }, { 3, 900 }, { 70, 1 } };
	struct bytes	 b = { data, n };
	struct source	 s = { .read = read_some, .ctx = &b };
	struct reader	*r = arena_zalloc(&a, sizeof(*r));
	struct layout	*l = arena_zalloc(&a, sizeof(*l));
	struct plan	*p = arena_zalloc(&a, sizeof(*p));
	struct row	 row;
	char		 delimiter;
	bool		 quoted, header, first = true;
	int64_t		 line = 0;

	if (reader_open(r, &a, &s, NULL, &e) == 0) {
		reader_sniff(r->in, r->end, &delimiter, &quoted);
		reader_set(r, delimiter, quoted);
		if (n > 0 && data[n - 1] == '#')
			reader_set_fixed(r, spans, ARRAY_LEN(spans));
		while (reader_next(r, &row, &e) == 1) {
			if (row.line <= line)
				abort();
			line = row.line;
			if (row.fault != NULL)
				continue;
			for (size_t i = 0; i < row.n; i++)
				check_cell(&row.cell[i], &a);
			if (first) {
				layout_init(l);
				(void)!plan_make(p, &a, l, &row, &header, &e);
				first = false;
			}
		}
	}
	reader_close(r);
	arena_release(&a);
	return 0;
}
