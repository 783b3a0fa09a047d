/* Lists: filters, sorting, pages and cursors. */
#include <inttypes.h>

#include "core/text.h"
#include "db/db.h"
#include "http/route.h"
#include "list.h"
#include "record/json.h"

#define PER_PAGE	20
#define PER_PAGE_MAX	200
#define PAGE_MAX	1000000000

static const char *const paging[] = {
	"page", "per_page", "cursor", "sort", "fields", NULL
};

/* Where a list stands: what the query asked for, or what its cursor holds. */
struct place {
	int64_t		 page;
	int64_t		 per_page;
	size_t		 sort;		/* index of the field */
	bool		 descending;
	bool		 keyset;	/* value and id are those of a row */
	const char	*value;		/* of the sort's field; NULL: null */
	const char	*id;
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
		const char		*value;

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
		sql_bind(q, f->sql, value);
		sep = " AND ";
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
static const char *
write_cursor(struct req *rq, const struct schema *s, const struct place *at,
    const PGresult *res, int row)
{
	int	 col = (int)at->sort;
	bool	 null = PQgetisnull(res, row, col);
	char	*text = arena_printf(rq->arena, "%" PRId64 "|%" PRId64
		    "|%s%s|%s%s%s", at->page + 1, at->per_page,
		    at->descending ? "-" : "", s->field[at->sort].name,
		    PQgetvalue(res, row, 0), null ? "" : "|",
		    null ? "" : PQgetvalue(res, row, col));
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
	    !text_int64(part[3], strlen(part[3]), &id) ||
	    read_sort(s, part[2], at, ignored) != 0)
		goto bad;
	at->keyset = true;
	at->id = part[3];
	if (part[4] != NULL) {
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
	    "The cursor is none of this list's; start without one.");
}

static int
read_place(struct req *rq, const struct schema *s, struct place *at,
    struct err *e)
{
	const struct pair	*sort = form_find(&rq->query, "sort");
	bool			 by_cursor = form_find(&rq->query,
				    "cursor") != NULL;
	int			 rc = 0;

	*at = (struct place){ .page = 1, .per_page = PER_PAGE };
	if (by_cursor && form_find(&rq->query, "page") != NULL)
		rc = err_field(e, "page", "conflict",
		    "Give page or cursor, not both.");
	if (by_cursor && sort != NULL)
		rc = err_field(e, "sort", "conflict",
		    "A cursor keeps the sort that its list began with.");
	if (rc != 0)
		return rc;
	/* The cursor first: a per_page beside it changes the page's size. */
	if (read_cursor(rq, s, at, e) != 0)
		rc = -1;
	if (read_number(rq, "page", PAGE_MAX, &at->page, e) != 0)
		rc = -1;
	if (read_number(rq, "per_page", PER_PAGE_MAX, &at->per_page, e) != 0)
		rc = -1;
	if (sort != NULL && read_sort(s, sort->value, at, e) != 0)
		rc = -1;
	return rc;
}

/* Can a column be null?  Then nulls sort last, whichever the direction. */
static bool
nullable(const struct field *f)
{
	return (f->flags & (F_REQUIRED | F_NOT_NULL | F_SERVER)) == 0;
}

/* " AND <after the cursor's row> ORDER BY ... LIMIT ... OFFSET ...". */
static void
add_page(struct req *rq, const struct list *l, const struct place *at,
    struct sql *q)
{
	const struct schema	*s = l->schema;
	const struct field	*f = &s->field[at->sort];
	const char		*op = at->descending ? "<" : ">";
	const char		*dir = at->descending ? " DESC" : "";

	if (at->keyset) {
		sql_add(q, strstr(q->text.data, " WHERE ") != NULL ?
		    " AND " : " WHERE ");
		if (at->sort == 0) {
			buf_addf(&q->text, "t.%s %s ", s->key, op);
			sql_param(q, at->id);
		} else if (at->value == NULL) {
			buf_addf(&q->text, "t.%s IS NULL AND t.%s %s ",
			    f->name, s->key, op);
			sql_param(q, at->id);
		} else {
			buf_addf(&q->text, "((t.%s, t.%s) %s (", f->name,
			    s->key, op);
			sql_param(q, at->value);
			sql_add(q, ", ");
			sql_param(q, at->id);
			sql_add(q, ")");
			if (nullable(f))
				buf_addf(&q->text, " OR t.%s IS NULL",
				    f->name);
			sql_add(q, ")");
		}
	}
	if (at->sort == 0)
		buf_addf(&q->text, " ORDER BY t.%s%s", s->key, dir);
	else
		buf_addf(&q->text, " ORDER BY t.%s%s%s, t.%s%s", f->name, dir,
		    at->descending && nullable(f) ? " NULLS LAST" : "",
		    s->key, dir);
	sql_add(q, " LIMIT ");
	sql_param(q, arena_printf(rq->arena, "%" PRId64, at->per_page + 1));
	if (!at->keyset && at->page > 1) {
		sql_add(q, " OFFSET ");
		sql_param(q, arena_printf(rq->arena, "%" PRId64,
		    (at->page - 1) * at->per_page));
	}
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

static void
write_list(struct req *rq, struct resp *rs, const struct schema *s,
    const struct place *at, uint64_t only, const PGresult *rows,
    int64_t total)
{
	struct buf	*b = resp_json(rs, 200);
	int		 n = PQntuples(rows);
	bool		 more = n > at->per_page;
	const char	*cursor;

	if (more)
		n = (int)at->per_page;
	buf_addf(b, "{\"%s\":[", s->many);
	for (int i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(b, ',');
		json_add_row(b, s, rows, i, 0, only);
	}
	buf_addf(b, "],\"total_%s\":%" PRId64 ",\"total_pages\":%" PRId64
	    ",\"current_page\":%" PRId64 ",\"per_page\":%" PRId64
	    ",\"next_cursor\":", s->many, total,
	    (total + at->per_page - 1) / at->per_page, at->page,
	    at->per_page);
	if (more) {
		cursor = write_cursor(rq, s, at, rows, n - 1);
		buf_addf(b, "\"%s\"}", cursor);
		link_next(rq, rs, cursor);
	} else {
		buf_adds(b, "null}");
	}
}

int
list_answer(struct req *rq, struct resp *rs, const struct list *l,
    const struct scope *scope, struct err *e)
{
	const struct schema	*s = l->schema;
	struct sql		 page, count;
	struct place		 at;
	struct db_query		 q[2];
	PGresult		*res[2] = { NULL };
	uint64_t		 only;
	int64_t			 total = 0;
	int			 rc = -1;

	sql_init(&page);
	sql_init(&count);
	sql_add(&page, "SELECT ");
	sql_columns(&page, s);
	buf_addf(&page.text, " FROM %s t", s->table);
	buf_addf(&count.text, "SELECT count(*) FROM %s t", s->table);
	/* All three, so that every bad parameter is named at once. */
	if ((list_where(rq, l, scope, paging, &page, e) |
	    read_place(rq, s, &at, e) | list_columns(rq, s, &only, e)) != 0)
		goto out;
	if (list_where(rq, l, scope, paging, &count, e) != 0)
		goto out;
	add_page(rq, l, &at, &page);
	q[0] = (struct db_query){ page.text.data, page.n, page.param };
	q[1] = (struct db_query){ count.text.data, count.n, count.param };
	if (page.text.failed || count.text.failed) {
		err_detail(e, ERR_INTERNAL, "the list's statement is too long");
		goto out;
	}
	if (db_run(rq->db, q, 2, res, e) != 0)
		goto out;
	if (!text_int64(PQgetvalue(res[1], 0, 0),
	    (size_t)PQgetlength(res[1], 0, 0), &total)) {
		err_detail(e, ERR_INTERNAL, "the count is no number");
		goto out;
	}
	write_list(rq, rs, s, &at, only, res[0], total);
	rc = 0;
out:
	PQclear(res[0]);
	PQclear(res[1]);
	sql_release(&page);
	sql_release(&count);
	return rc;
}
