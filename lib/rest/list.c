/*
 * Answer GET of lists: read the query, run the statements of list_sql.c, and
 * write the rows.  filter.c reads filters, page.c order, position and cursors.
 */
#include <ctype.h>
#include <inttypes.h>

#include "core/text.h"
#include "doc.h"
#include "list.h"
#include "list_sql.h"

/* The parameters of a list that are not filters. */
static const char *const paging[] = {
	"page", "per_page", "cursor", "sort", "fields", NULL
};

int
list_read(struct arena *a, const struct form *query, const struct list *l,
    const struct scope *scope, struct list_query *out, struct err *e)
{
	/* All three, so that every bad parameter is named at once. */
	if ((filters_read(a, query, l, paging, &out->filters, e) |
	    page_read(a, query, l->schema, &out->page, e) |
	    list_columns(query, l->schema, &out->only, e)) != 0)
		return -1;
	if (!out->page.sorted && !out->page.keyset)
		out->page.sort = l->sort;
	list_predicates(a, l, &out->filters, scope, &out->where);
	return 0;
}

static void
add_encoded(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if ((*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= 'a' && *s <= 'z') || strchr("-._~", *s) != NULL)
			buf_addc(b, *s);
		else
			buf_addf(b, "%%%02X", (unsigned char)*s);
}

/* Set the Link header (RFC 8288) to the address of the next page. */
static void
link_next(struct req *rq, struct resp *rs, const struct form *query,
    const char *cursor)
{
	static const char *const in_cursor[] = {
		"page", "per_page", "sort", "cursor", NULL
	};
	struct buf	 b;

	buf_init_in(&b, rq->arena, 8192);
	buf_addf(&b, "<%s%s?cursor=%s", rq->script, rq->path, cursor);
	for (size_t i = 0; i < query->n; i++) {
		if (name_in(in_cursor, query->pair[i].name))
			continue;
		buf_addc(&b, '&');
		add_encoded(&b, query->pair[i].name);
		buf_addc(&b, '=');
		add_encoded(&b, query->pair[i].value);
	}
	buf_adds(&b, ">; rel=\"next\"");
	if (!b.failed)
		resp_header(rs, "Link", b.data);
}

/* Return the cursor behind a row by the order of the page. */
static const char *
sorted_cursor(struct arena *a, const struct schema *s,
    const struct page *page, const struct rows *r, size_t row)
{
	size_t		 n;
	const char	*id = rows_at(r, row, 0, &n);

	return page_cursor(a, page, s->field[page->sort].name, id,
	    rows_at(r, row, page->sort, &n));
}

void
list_write(struct req *rq, struct resp *rs, const struct schema *s,
    const struct page *page, const struct list_result *p)
{
	struct buf	*b = resp_json(rs, 200);
	size_t		 n = rows_count(p->rows);
	bool		 more = n > (size_t)page->per_page;
	const char	*cursor;

	if (more)
		n = (size_t)page->per_page;
	buf_addf(b, "{\"%s\":[", s->many);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(b, ',');
		doc_row(b, s, p->rows, i, 0, p->only);
	}
	buf_addf(b, "],\"total_%s\":%" PRId64 ",\"total_pages\":%" PRId64
	    ",\"current_page\":%" PRId64 ",\"per_page\":%" PRId64
	    "%s,\"next_cursor\":", s->many, p->total,
	    (p->total + page->per_page - 1) / page->per_page, page->number,
	    page->per_page, p->estimate ? ",\"total_is_estimate\":true" : "");
	if (!more) {
		buf_adds(b, "null}");
		return;
	}
	cursor = p->cursor != NULL ?
	    p->cursor(rq->arena, page, p->rows, n - 1) :
	    sorted_cursor(rq->arena, s, page, p->rows, n - 1);
	buf_addf(b, "\"%s\"}", cursor);
	link_next(rq, rs, page->query, cursor);
}

int
list_estimate(struct req *rq, const struct sql *q, int64_t *total,
    struct err *e)
{
	struct rows	*r;
	const char	*line, *p = NULL;
	int64_t		 guess;
	size_t		 n;

	/* "rows=123" is in the first line of EXPLAIN. */
	if (db_select(rq->db, arena_printf(rq->arena, "EXPLAIN %s",
	    buf_str(&q->text)), q->n, q->param, &r, e) != 0)
		return -1;
	line = rows_count(r) > 0 ? rows_at(r, 0, 0, &n) : NULL;
	if (line != NULL)
		p = strstr(line, " rows=");
	if (p != NULL && text_int64(p + 6, strcspn(p + 6, " )"), &guess) &&
	    guess > *total)
		*total = guess;
	return 0;
}

int
list_total(struct req *rq, const struct schema *s, const struct where *w,
    const struct rows *counted, int64_t *total, bool *estimate, struct err *e)
{
	int64_t		 n = rows_int64(counted, 0, "n");
	struct sql	 q;

	if (n > LIST_EXACT) {
		sql_init(&q, rq->arena);
		buf_addf(&q.text, "SELECT FROM %s t", s->table);
		sql_where(&q, w);
		if (list_estimate(rq, &q, &n, e) != 0)
			return -1;
		*estimate = true;
	}
	*total = n;
	return 0;
}

int
list_answer(struct req *rq, struct resp *rs, const struct list *l,
    const struct scope *scope, struct err *e)
{
	const struct schema	*s = l->schema;
	struct list_query	 query;
	struct list_result	 p = { .rows = NULL };
	struct sql		 page, count;
	struct db_query		 q[3];
	struct rows		*rows[3];
	size_t			 n = 2;

	if (list_read(rq->arena, &rq->query, l, scope, &query, e) != 0)
		return -1;
	sql_init(&page, rq->arena);
	sql_init(&count, rq->arena);
	list_statements(rq->arena, l, scope, &query, &page, &count);
	if (page.text.failed || count.text.failed)
		return err_detail(e, ERR_INTERNAL,
		    "the list's statement is too long");
	q[0] = list_statement(&page);
	q[1] = list_statement(&count);
	if (scope != NULL && scope->parent != NULL)
		q[n++] = (struct db_query){ .sql = arena_printf(rq->arena,
		    "SELECT FROM %s WHERE %s = $1", scope->parent->table,
		    scope->parent->key), .n = 1, .param = &scope->value };
	if (db_exec(rq->db, q, n, rows, e) != 0)
		return -1;
	if (n > 2 && rows_count(rows[2]) == 0)
		return err_set(e, ERR_NOT_FOUND, "%c%s with ID %s not found.",
		    toupper((unsigned char)scope->parent->one[0]),
		    scope->parent->one + 1, scope->value);
	if (list_total(rq, s, &query.where, rows[1], &p.total, &p.estimate,
	    e) != 0)
		return -1;
	p.rows = rows[0];
	p.only = query.only;
	list_write(rq, rs, s, &query.page, &p);
	return 0;
}
