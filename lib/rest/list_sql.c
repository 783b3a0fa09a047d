/*
 * The statements of a list: one for a page, one for the total.  list.c runs
 * them and writes the rows.
 */
#include "doc.h"
#include "list_sql.h"

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

/* Append " LIMIT n", or a little more if it is to be a constant. */
static void
add_limit(struct arena *a, int64_t n, bool constant, struct sql *q)
{
	static const int	 usual[] = { 21, 51, 101,
				    PER_PAGE_MAX + 1 };

	for (size_t i = 0; constant && i < sizeof(usual) / sizeof(usual[0]);
	    i++)
		if (n <= usual[i]) {
			buf_addf(&q->text, " LIMIT %d", usual[i]);
			return;
		}
	sql_bind(q, " LIMIT ?1", doc_id(a, n));
}

void
list_limit(struct arena *a, const struct page *page, bool constant,
    struct sql *q)
{
	add_limit(a, page->per_page + 1, constant, q);
}

void
list_offset(struct arena *a, const struct page *page, struct sql *q)
{
	if (page_offset(page) > 0)
		sql_bind(q, " OFFSET ?1", doc_id(a, page_offset(page)));
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
	add_order(s, page, NULL, q);
	list_limit(a, page, w->n == 0, q);
	list_offset(a, page, q);
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
	    LIST_EXACT + 1, filters->n == 0, q);
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

void
list_statements(struct arena *a, const struct list *l,
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
	add_order(s, &query->page, NULL, page);
	list_limit(a, &query->page, query->where.n == 0, page);
	list_offset(a, &query->page, page);
	add_both_scopes(a, l, query, NULL, "1", count);
	buf_addf(&count->text, " LIMIT %d) c", LIST_EXACT + 1);
}
