/* Lists: filters, sorting, pages and cursors. */
#include <ctype.h>
#include <inttypes.h>

#include "core/text.h"
#include "db/db.h"
#include "http/route.h"
#include "list.h"
#include "record/json.h"

const char *const list_paging[] = {
	"page", "per_page", "cursor", "sort", "fields", NULL
};

static bool
known_name(const char *const *names, const char *name)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static const struct filter *
find_filter(const struct list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->filter[i].field.name, name) == 0)
			return &l->filter[i];
	return NULL;
}

int
list_where(struct req *rq, const struct list *l, const struct scope *scope,
    const char *const *known, struct sql *q, struct err *e)
{
	const char	*sep = " WHERE ";
	int		 rc = 0;

	if (scope != NULL && scope->where != NULL) {
		sql_add(q, sep);
		sql_bind(q, scope->where, scope->value);
		sep = " AND ";
	}
	for (size_t i = 0; i < rq->query.n; i++) {
		const struct pair	*p = &rq->query.pair[i];
		const struct filter	*f = find_filter(l, p->name);
		const char		*value, *sql;

		if (form_find(&rq->query, p->name) != p) {
			rc = err_field(e, p->name, "duplicate",
			    "%s is given twice.", p->name);
			continue;
		}
		if (f == NULL) {
			if (!known_name(known, p->name))
				rc = err_field(e, p->name,
				    "unknown_parameter",
				    "There is no parameter of this name.");
			continue;
		}
		if (field_check(&f->field, rq->arena, p->value, p->len,
		    &value, e) != 0) {
			rc = -1;
			continue;
		}
		if (value == NULL) {
			rc = err_field(e, p->name, "required",
			    "%s must not be blank.", p->name);
			continue;
		}
		sql_add(q, sep);
		sep = " AND ";
		/* Text that is not a telephone number matches nobody. */
		if (f->field.kind == KIND_PHONE && phone_e164(rq->arena, value,
		    strlen(value)) == NULL) {
			sql_add(q, "false");
			continue;
		}
		sql = f->sql != NULL ? f->sql : l->choose(rq, p->name, &value);
		sql_bind(q, sql, value);
	}
	return rc;
}

int
list_columns(struct req *rq, const struct schema *s, uint64_t *only,
    struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "fields");
	const char		*at;
	size_t			 n;
	int			 i, rc = 0;

	*only = 0;
	if (p == NULL)
		return 0;
	for (at = p->value; *at != '\0'; at += n + (at[n] == ',')) {
		n = strcspn(at, ",");
		if ((i = schema_find(s, at, n)) == -1)
			rc = err_field(e, "fields", "unknown_field",
			    "There is no field %.*s.", n < 60 ? (int)n : 60,
			    at);
		else
			*only |= UINT64_C(1) << i;
	}
	if (rc == 0 && *only == 0)
		rc = err_field(e, "fields", "required",
		    "fields must not be blank.");
	return rc;
}

/* Can a column be null?  Then nulls sort last, whichever the direction. */
static bool
nullable(const struct field *f)
{
	return (f->flags & (F_REQUIRED | F_NOT_NULL | F_SERVER)) == 0;
}

/* " WHERE " or " AND ", whichever the statement's end needs. */
static void
add_condition(struct sql *q, const struct sql *from)
{
	sql_add(q, strstr(from->text.data, " WHERE ") != NULL ? " AND " :
	    " WHERE ");
}

/* The rows behind the cursor's. */
static void
add_after(const struct schema *s, const struct place *at, struct sql *q)
{
	const struct field	*f = &s->field[at->sort];
	const char		*op = at->descending ? "<" : ">";

	if (at->sort == 0) {
		buf_addf(&q->text, "t.%s %s ", s->key, op);
		sql_param(q, at->id);
	} else if (at->value == NULL) {
		buf_addf(&q->text, "t.%s IS NULL AND t.%s %s ", f->name,
		    s->key, op);
		sql_param(q, at->id);
	} else {
		buf_addf(&q->text, "((t.%s, t.%s) %s (", f->name, s->key, op);
		sql_param(q, at->value);
		sql_add(q, ", ");
		sql_param(q, at->id);
		sql_add(q, ")");
		if (nullable(f))
			buf_addf(&q->text, " OR t.%s IS NULL", f->name);
		sql_add(q, ")");
	}
}

/* " ORDER BY ...", by the column of first before all where it is not NULL. */
static void
add_sort(const struct schema *s, const struct place *at, const char *first,
    struct sql *q)
{
	const struct field	*f = &s->field[at->sort];
	const char		*dir = at->descending ? " DESC" : "";

	sql_add(q, " ORDER BY ");
	if (first != NULL)
		buf_addf(&q->text, "t.%s%s, ", first, dir);
	if (at->sort != 0)
		buf_addf(&q->text, "t.%s%s%s, ", f->name, dir,
		    at->descending && nullable(f) ? " NULLS LAST" : "");
	buf_addf(&q->text, "t.%s%s", s->key, dir);
}

static void
add_limit(struct req *rq, int64_t n, struct sql *q)
{
	sql_add(q, " LIMIT ");
	sql_param(q, arena_printf(rq->arena, "%" PRId64, n));
}

static int64_t
rows_before(const struct place *at)
{
	return at->keyset ? 0 : (at->page - 1) * at->per_page;
}

static void
add_page(struct req *rq, const struct schema *s, const struct place *at,
    struct sql *q)
{
	add_sort(s, at, NULL, q);
	add_limit(rq, at->per_page + 1, q);
	if (rows_before(at) > 0) {
		sql_add(q, " OFFSET ");
		sql_param(q, arena_printf(rq->arena, "%" PRId64,
		    rows_before(at)));
	}
}

void
list_order(struct req *rq, const struct schema *s, const struct place *at,
    struct sql *q)
{
	if (at->keyset) {
		add_condition(q, q);
		add_after(s, at, q);
	}
	add_page(rq, s, at, q);
}

/*
 * One way to rows of the list, "(SELECT <what> FROM ...)": all that the caller
 * sees, or, by a column, those of c.id.  BETWEEN and not =, so that the order
 * has the column in it: then only the index serves that begins with it, and
 * the planner cannot try its luck with the order of the keys alone, which
 * passes over every other campaign's rows.
 */
static void
add_arm(struct req *rq, const struct schema *s, const struct place *at,
    const struct sql *from, const char *what, const char *of, struct sql *q)
{
	static const struct place	 by_key = { .page = 1 };

	buf_addf(&q->text, "(SELECT %s%s", what, from->text.data);
	add_condition(q, from);
	if (of != NULL)
		buf_addf(&q->text, "t.%s BETWEEN c.id AND c.id", of);
	else
		sql_add(q, "(SELECT w.campaigns FROM whose w) IS NULL");
	if (at != NULL && at->keyset) {
		sql_add(q, " AND ");
		add_after(s, at, q);
	}
	/* A count reads in the order of the index, too. */
	add_sort(s, at != NULL ? at : &by_key, of, q);
	add_limit(rq, at != NULL ? rows_before(at) + at->per_page + 1 :
	    LIST_EXACT + 1, q);
	sql_add(q, ")");
}

/* "WITH whose AS (...) ": the campaigns that a list goes through; null: all. */
static void
add_whose(struct req *rq, const struct sql *from, struct sql *q)
{
	const struct pair	*asked = form_find(&rq->query, "campaign_id");

	memcpy(q->param, from->param, sizeof(from->param));
	q->n = from->n;
	sql_add(q, "WITH whose (campaigns) AS (SELECT search_where(");
	sql_param(q, asked != NULL ? arena_printf(rq->arena, "{%s}",
	    asked->value) : NULL);
	sql_add(q, "::bigint[])) ");
}

/*
 * Both ways: through the whole table, for an admin who names no campaign, and
 * through each campaign that the caller sees, so that a small one costs what
 * it holds and not what the others do.  Only PostgreSQL knows who calls, so
 * both are in the statement; the one that is not theirs is not run.
 */
static void
add_arms(struct req *rq, const struct list *l, const struct place *at,
    const struct sql *from, const char *what, struct sql *q)
{
	add_arm(rq, l->schema, at, from, what, NULL, q);
	buf_addf(&q->text, " UNION ALL SELECT k.* FROM whose w, LATERAL (%s) "
	    "c (id), LATERAL ", l->reach != NULL ? l->reach :
	    "SELECT unnest(w.campaigns)");
	add_arm(rq, l->schema, at, from, what, l->of, q);
	sql_add(q, " k");
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

/* RFC 8288: where the next page is. */
static void
link_next(struct req *rq, struct resp *rs, const char *cursor)
{
	struct buf	 b;

	buf_init(&b, 8192);
	buf_addf(&b, "<%s%s?cursor=%s", rq->script, rq->path, cursor);
	for (size_t i = 0; i < rq->query.n; i++) {
		const struct pair	*p = &rq->query.pair[i];

		if (strcmp(p->name, "page") == 0 ||
		    strcmp(p->name, "per_page") == 0 ||
		    strcmp(p->name, "sort") == 0 ||
		    strcmp(p->name, "cursor") == 0)
			continue;
		buf_addc(&b, '&');
		add_encoded(&b, p->name);
		buf_addc(&b, '=');
		add_encoded(&b, p->value);
	}
	buf_adds(&b, ">; rel=\"next\"");
	if (!b.failed)
		resp_header(rs, "Link", b.data);
	buf_release(&b);
}

void
list_write(struct req *rq, struct resp *rs, const struct schema *s,
    const struct place *at, const struct list_page *p)
{
	struct buf	*b = resp_json(rs, 200);
	int		 n = PQntuples(p->rows);
	bool		 more = n > at->per_page;
	int		 col = (int)at->sort;
	const char	*cursor;

	if (more)
		n = (int)at->per_page;
	buf_addf(b, "{\"%s\":[", s->many);
	for (int i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(b, ',');
		json_add_row(b, s, p->rows, i, 0, p->only);
	}
	buf_addf(b, "],\"total_%s\":%" PRId64 ",\"total_pages\":%" PRId64
	    ",\"current_page\":%" PRId64 ",\"per_page\":%" PRId64
	    "%s,\"next_cursor\":", s->many, p->total,
	    (p->total + at->per_page - 1) / at->per_page, at->page,
	    at->per_page, p->estimate ? ",\"total_is_estimate\":true" : "");
	if (more) {
		cursor = p->cursor != NULL ?
		    p->cursor(rq, at, p->rows, n - 1) :
		    place_cursor(rq, at, s->field[at->sort].name,
		    PQgetvalue(p->rows, n - 1, 0),
		    PQgetisnull(p->rows, n - 1, col) ? NULL :
		    PQgetvalue(p->rows, n - 1, col));
		buf_addf(b, "\"%s\"}", cursor);
		link_next(rq, rs, cursor);
	} else {
		buf_adds(b, "null}");
	}
}

void
list_count(struct sql *count, const struct sql *from)
{
	buf_addf(&count->text, "SELECT count(*) FROM (SELECT%s LIMIT %d) c",
	    from->text.data, LIST_EXACT + 1);
	memcpy(count->param, from->param, sizeof(from->param));
	count->n = from->n;
}

/* "rows=123" out of EXPLAIN's first line. */
static int
estimate(struct req *rq, const struct sql *from, int64_t *total,
    struct err *e)
{
	struct sql	 q;
	PGresult	*res = NULL;
	const char	*p;
	int		 rc = -1;

	sql_init(&q);
	buf_addf(&q.text, "EXPLAIN SELECT%s", from->text.data);
	if (db_one(rq->db, q.text.data, from->n, from->param, &res, e) != 0)
		goto out;
	p = PQntuples(res) > 0 ? strstr(PQgetvalue(res, 0, 0), " rows=") :
	    NULL;
	if (p == NULL || !text_int64(p + 6, strcspn(p + 6, " )"), total))
		*total = 0;
	rc = 0;
out:
	PQclear(res);
	sql_release(&q);
	return rc;
}

int
list_total(struct req *rq, const struct sql *from, const PGresult *res,
    int64_t *total, bool *guessed, struct err *e)
{
	int64_t	 n;

	*guessed = false;
	if (!text_int64(PQgetvalue(res, 0, 0),
	    (size_t)PQgetlength(res, 0, 0), total))
		return err_detail(e, ERR_INTERNAL, "the count is no number");
	if (*total <= LIST_EXACT)
		return 0;
	if (estimate(rq, from, &n, e) != 0)
		return -1;
	if (n > *total)
		*total = n;
	*guessed = true;
	return 0;
}

/* The statements of a page and of the count, from the list's " FROM ... ". */
static void
add_statements(struct req *rq, const struct list *l,
    const struct scope *scope, const struct place *at,
    const struct sql *from, struct sql *page, struct sql *count)
{
	if (l->of != NULL && scope == NULL) {
		add_whose(rq, from, page);
		sql_add(page, "SELECT ");
		sql_columns(page, l->schema);
		sql_add(page, " FROM (");
		add_arms(rq, l, at, from, "t.*", page);
		sql_add(page, ") t");
		add_page(rq, l->schema, at, page);
		add_whose(rq, from, count);
		sql_add(count, "SELECT count(*) FROM (");
		add_arms(rq, l, NULL, from, "1", count);
		buf_addf(&count->text, " LIMIT %d) c", LIST_EXACT + 1);
		return;
	}
	sql_add(page, "SELECT ");
	sql_columns(page, l->schema);
	buf_adds(&page->text, buf_str(&from->text));
	memcpy(page->param, from->param, sizeof(from->param));
	page->n = from->n;
	list_order(rq, l->schema, at, page);
	list_count(count, from);
}

int
list_answer(struct req *rq, struct resp *rs, const struct list *l,
    const struct scope *scope, struct err *e)
{
	const struct schema	*s = l->schema;
	struct sql		 page, from, count;
	struct place		 at;
	struct list_page	 p = { .rows = NULL };
	struct db_query		 q[3];
	PGresult		*res[3] = { NULL };
	size_t			 n = 2;
	int			 rc = -1;

	sql_init(&page);
	sql_init(&from);
	sql_init(&count);
	buf_addf(&from.text, " FROM %s t", s->table);
	/* All three, so that every bad parameter is named at once. */
	if ((list_where(rq, l, scope, list_paging, &from, e) |
	    place_read(rq, s, &at, e) |
	    list_columns(rq, s, &p.only, e)) != 0)
		goto out;
	add_statements(rq, l, scope, &at, &from, &page, &count);
	q[0] = (struct db_query){ .sql = page.text.data, .n = page.n,
	    .param = page.param };
	q[1] = (struct db_query){ .sql = count.text.data, .n = count.n,
	    .param = count.param };
	if (page.text.failed || count.text.failed) {
		err_detail(e, ERR_INTERNAL, "the list's statement is too long");
		goto out;
	}
	if (scope != NULL && scope->parent != NULL)
		q[n++] = (struct db_query){ .sql = arena_printf(rq->arena,
		    "SELECT FROM %s WHERE %s = $1", scope->parent->table,
		    scope->parent->key), .n = 1, .param = &scope->value };
	if (db_run(rq->db, q, n, res, e) != 0)
		goto out;
	if (n > 2 && PQntuples(res[2]) == 0) {
		err_set(e, ERR_NOT_FOUND, "%c%s with ID %s not found.",
		    toupper((unsigned char)scope->parent->one[0]),
		    scope->parent->one + 1, scope->value);
		goto out;
	}
	if (list_total(rq, &from, res[1], &p.total, &p.estimate, e) != 0)
		goto out;
	p.rows = res[0];
	list_write(rq, rs, s, &at, &p);
	rc = 0;
out:
	for (size_t i = 0; i < ARRAY_LEN(res); i++)
		PQclear(res[i]);
	sql_release(&page);
	sql_release(&from);
	sql_release(&count);
	return rc;
}
