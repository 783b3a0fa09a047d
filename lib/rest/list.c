/*
 * Answer GET of lists: build the statements for a page and for the total, and
 * write the rows.  filter.c reads filters, page.c order, position and cursors.
 */
#include <ctype.h>
#include <inttypes.h>

#include "core/text.h"
#include "doc.h"
#include "list.h"

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

/* Return true if a column can be null; nulls sort last in both directions. */
static bool
nullable(const struct field *f)
{
	return (f->flags & (F_REQUIRED | F_NOT_NULL | F_SERVER)) == 0;
}

/* Add the predicate for rows behind the cursor's row, if there is a cursor. */
static void
add_after(struct arena *a, const struct schema *s, const struct page *page,
    struct where *w)
{
	const struct field	*f = &s->field[page->sort];
	const char		*op = page->descending ? "<" : ">";
	struct predicate	 after = { .value = { page->id,
				    page->value } };

	if (!page->keyset)
		return;
	if (page->sort == 0)
		after.sql = arena_printf(a, "t.%s %s ?1", s->key, op);
	else if (page->value == NULL)
		after.sql = arena_printf(a, "t.%s IS NULL AND t.%s %s ?1",
		    f->name, s->key, op);
	else if (nullable(f))
		after.sql = arena_printf(a, "((t.%s, t.%s) %s (?2, ?1) "
		    "OR t.%s IS NULL)", f->name, s->key, op, f->name);
	else
		after.sql = arena_printf(a, "((t.%s, t.%s) %s (?2, ?1))",
		    f->name, s->key, op);
	where_add(w, &after);
}

/* Append " ORDER BY ...": by the column first, if any, then by the page's. */
static void
add_order(const struct schema *s, const struct page *page, const char *first,
    struct sql *q)
{
	const struct field	*f = &s->field[page->sort];
	const char		*dir = page->descending ? " DESC" : "";

	sql_add(q, " ORDER BY ");
	if (first != NULL)
		buf_addf(&q->text, "t.%s%s, ", first, dir);
	if (page->sort != 0)
		buf_addf(&q->text, "t.%s%s%s, ", f->name, dir,
		    page->descending && nullable(f) ? " NULLS LAST" : "");
	buf_addf(&q->text, "t.%s%s", s->key, dir);
}

static void
add_limit(struct arena *a, int64_t n, struct sql *q)
{
	sql_add(q, " LIMIT ");
	sql_param(q, doc_id(a, n));
}

/* Append the order, the limit and the offset of a page. */
static void
add_page(struct arena *a, const struct schema *s, const struct page *page,
    struct sql *q)
{
	add_order(s, page, NULL, q);
	add_limit(a, page->per_page + 1, q);
	if (page_offset(page) > 0) {
		sql_add(q, " OFFSET ");
		sql_param(q, doc_id(a, page_offset(page)));
	}
}

static void
add_from(const struct schema *s, const struct where *w, struct sql *q)
{
	buf_addf(&q->text, " FROM %s t", s->table);
	sql_where(q, w);
}

void
list_select(struct arena *a, const struct schema *s, const struct where *w,
    const struct page *page, bool counted, struct sql *q)
{
	static const char	 total[] = ", count(*) OVER () AS total";
	struct where		 behind = *w;

	add_after(a, s, page, &behind);
	sql_add(q, "SELECT ");
	sql_columns(q, s);
	/* Join only the rows of the page. */
	if (s->join != NULL) {
		sql_add(q, counted ? ", t.total" : "");
		sql_add(q, " FROM (SELECT t.*");
	}
	sql_add(q, counted ? total : "");
	add_from(s, &behind, q);
	add_page(a, s, page, q);
	if (s->join != NULL) {
		sql_add(q, ") t");
		sql_join(q, s);
		add_order(s, page, NULL, q);
	}
}

void
list_count(const struct schema *s, const struct where *w, struct sql *q)
{
	sql_add(q, "SELECT count(*) AS n FROM (SELECT");
	add_from(s, w, q);
	buf_addf(&q->text, " LIMIT %d) c", LIST_EXACT + 1);
}

struct db_query
list_statement(const struct sql *q)
{
	return (struct db_query){ .sql = buf_str(&q->text), .n = q->n,
	    .param = q->param };
}

/*
 * Append "(SELECT <columns> FROM ...)", one of the two parts of a list whose
 * rows belong to campaigns, with as many rows as the page can need.  column is
 * the campaign's, c.id the campaign; without column the part has all rows that
 * the caller sees.  page is NULL for a count.
 *
 * BETWEEN, because with = the planner drops the column from the order.  With
 * the column there, only the index that begins with it gives the order; without
 * it the planner may choose the index on the key alone, and read past all rows
 * of other campaigns.
 */
static void
add_part(struct arena *a, const struct list *l, const struct where *filters,
    const struct page *page, const char *columns, const char *column,
    struct sql *q)
{
	static const struct page	 by_key = { .number = 1 };
	const struct schema		*s = l->schema;
	struct where			 w = *filters;

	where_add(&w, &(struct predicate){ .sql = column == NULL ?
	    "(SELECT s.campaigns FROM scope s) IS NULL" :
	    arena_printf(a, "t.%s BETWEEN c.id AND c.id", column) });
	if (page != NULL)
		add_after(a, s, page, &w);
	buf_addf(&q->text, "(SELECT %s", columns);
	add_from(s, &w, q);
	/* A count reads in the order of the index, too. */
	add_order(s, page != NULL ? page : &by_key, column, q);
	add_limit(a, page != NULL ? page_offset(page) + page->per_page + 1 :
	    LIST_EXACT + 1, q);
	sql_add(q, ")");
}

/* Append the part of the whole table, for admins who name no campaign. */
static void
add_scope_all(struct arena *a, const struct list *l, const struct where *w,
    const struct page *page, const char *columns, struct sql *q)
{
	add_part(a, l, w, page, columns, NULL, q);
}

/*
 * Append the part of each campaign that the caller sees, so that a small
 * campaign costs what it holds, however large the others are.
 */
static void
add_scope_campaigns(struct arena *a, const struct list *l,
    const struct where *w, const struct page *page, const char *columns,
    struct sql *q)
{
	buf_addf(&q->text, "SELECT r.* FROM scope s, LATERAL (%s) c (id), "
	    "LATERAL ", l->campaign_rows != NULL ? l->campaign_rows :
	    "SELECT unnest(s.campaigns)");
	add_part(a, l, w, page, columns, l->campaign_column, q);
	sql_add(q, " r");
}

/*
 * Append "WITH scope (campaigns) AS ... SELECT <result> FROM (<both parts>)".
 * scope has the campaigns that the list covers; null: all.  Only PostgreSQL
 * knows the caller, so the statement has both parts; it runs one of them.
 */
static void
add_both_scopes(struct arena *a, const struct list *l,
    const struct list_query *query, const struct page *page,
    const char *columns, struct sql *q)
{
	const char	*campaign = query->filters.campaign;

	sql_bind(q, "WITH scope (campaigns) AS (SELECT "
	    "search_where(?1::bigint[])) SELECT ", campaign == NULL ? NULL :
	    arena_printf(a, "{%s}", campaign));
	if (page != NULL)
		sql_columns(q, l->schema);
	else
		sql_add(q, "count(*) AS n");
	sql_add(q, " FROM (");
	add_scope_all(a, l, &query->where, page, columns, q);
	sql_add(q, " UNION ALL ");
	add_scope_campaigns(a, l, &query->where, page, columns, q);
}

/*
 * Append the statements of a page and of the count.  Lists whose rows belong to
 * campaigns are read campaign by campaign unless the path already limits them.
 */
static void
add_statements(struct arena *a, const struct list *l,
    const struct scope *scope, const struct list_query *query,
    struct sql *page, struct sql *count)
{
	const struct schema	*s = l->schema;

	if (l->campaign_column == NULL || scope != NULL) {
		list_select(a, s, &query->where, &query->page, false, page);
		list_count(s, &query->where, count);
		return;
	}
	add_both_scopes(a, l, query, &query->page, "t.*", page);
	sql_add(page, ") t");
	sql_join(page, s);
	add_page(a, s, &query->page, page);
	add_both_scopes(a, l, query, NULL, "1", count);
	buf_addf(&count->text, " LIMIT %d) c", LIST_EXACT + 1);
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
		sql_add(&q, "SELECT");
		add_from(s, w, &q);
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
	add_statements(rq->arena, l, scope, &query, &page, &count);
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
