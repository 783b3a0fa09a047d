/*
 * One row of a schema by its id: the statements, and what their results mean.
 * Lists are in list.c, routes without code of their own in handler.c.
 */
#include <ctype.h>

#include "doc.h"
#include "http/etag.h"
#include "http/route.h"
#include "record/json.h"
#include "record/sql.h"
#include "resource.h"

static int
not_found(const struct schema *s, int64_t id, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "%c%s with ID %lld not found.",
	    toupper((unsigned char)s->one[0]), s->one + 1, (long long)id);
}

static char *
id_text(struct arena *a, int64_t id)
{
	return arena_printf(a, "%lld", (long long)id);
}

/* "SELECT <columns> FROM voters t WHERE t.voter_id = ". */
static void
select_row(struct sql *q, const struct schema *s)
{
	sql_add(q, "SELECT ");
	sql_columns(q, s);
	sql_from(q, s);
	buf_addf(&q->text, " WHERE t.%s = ", s->key);
}

/* Return a hash (FNV-1a) of all columns as an entity tag. */
static const char *
hash_row(struct arena *a, const struct rows *r, size_t row)
{
	uint64_t	 hash = UINT64_C(14695981039346656037);
	const char	*p;
	size_t		 n;

	for (size_t i = 0; i < rows_columns(r); i++) {
		p = rows_at(r, row, i, &n);
		/* The NUL, too, which separates the columns. */
		for (size_t k = 0; k <= n; k++)
			hash = (hash ^ (unsigned char)(p != NULL ? p[k] :
			    '\0')) * UINT64_C(1099511628211);
	}
	return arena_printf(a, "\"%016llx\"", (unsigned long long)hash);
}

const char *
resource_etag(struct arena *a, const struct schema *s, const struct rows *r,
    size_t row)
{
	int		 i = schema_find(s, "updated_at",
			    strlen("updated_at"));
	const char	*p;
	struct buf	 b;
	size_t		 n;

	if (i == -1)
		return hash_row(a, r, row);
	/* "2026-01-31 09:30:00.5+00" to "\"2026-01-31T09:30:00.5Z\"". */
	buf_init_in(&b, a, 64);
	p = rows_at(r, row, (size_t)i, &n);
	json_add_value(&b, KIND_TIME, p, n);
	return buf_str(&b);
}

/* Answer with the first row. */
static void
show(struct req *rq, struct resp *rs, int status, const struct schema *s,
    const struct rows *r)
{
	rs->etag = resource_etag(rq->arena, s, r, 0);
	doc_row(resp_json(rs, status), s, r, 0, 0, 0);
}

int
resource_read(struct req *rq, const struct schema *s, bool create,
    const char *const *extra, struct rec *r, struct err *e)
{
	rec_init(r, s, rq->arena);
	if (!json_object_is_type(rq->json, json_type_object))
		return err_set(e, ERR_MALFORMED,
		    "The body must be a JSON object.");
	/* Both, so that every bad field is named at once. */
	if ((rec_from_json(r, rq->json, UNKNOWN_REFUSE, extra, e) |
	    rec_require(r, create, e)) != 0)
		return -1;
	return 0;
}

int
resource_get(struct req *rq, struct resp *rs, const struct schema *s,
    int64_t id, struct err *e)
{
	struct sql	 q;
	struct rows	*r;

	sql_init(&q, rq->arena);
	select_row(&q, s);
	sql_param(&q, id_text(rq->arena, id));
	if (db_select_row(rq->db, q.text.data, q.n, q.param, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return not_found(s, id, e);
	show(rq, rs, 200, s, r);
	return 0;
}

int
resource_exists(struct req *rq, const struct schema *s, int64_t id,
    struct err *e)
{
	struct sql	 q;
	struct rows	*r;

	sql_init(&q, rq->arena);
	buf_addf(&q.text, "SELECT FROM %s t WHERE t.%s = ", s->table, s->key);
	sql_param(&q, id_text(rq->arena, id));
	if (db_select_row(rq->db, q.text.data, q.n, q.param, &r, e) != 0)
		return -1;
	return rows_count(r) > 0 ? 0 : not_found(s, id, e);
}

int
resource_hide_campaign(struct req *rq, const char *campaign, struct err *e)
{
	static const char	 sql[] =
	    "SELECT FROM campaigns WHERE campaign_id = $1";
	struct err		*ignored;
	struct rows		*r;

	if (e->code != ERR_FORBIDDEN || campaign == NULL)
		return -1;
	ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	/* The failed statement has aborted an open transaction. */
	db_rollback(rq->db);
	if (db_select(rq->db, sql, 1, &campaign, &r, ignored) != 0 ||
	    rows_count(r) > 0)
		return -1;
	err_clear(e);
	return err_field(e, "campaign_id", "not_found",
	    "There is no such campaign_id.");
}

/* Return the campaign_id of a record; NULL if it has none. */
static const char *
campaign_of(const struct rec *r)
{
	int	 i = schema_find(r->schema, "campaign_id",
		    strlen("campaign_id"));

	return i != -1 ? rec_get(r, (size_t)i) : NULL;
}

int
resource_create(struct req *rq, struct resp *rs, const struct rec *r,
    const struct db_query *more, struct err *e)
{
	const struct schema	*s = r->schema;
	struct sql		 insert, get;
	struct db_query		 q[3];
	struct rows		*rows[3];
	const char		*id;
	size_t			 n = 0, last, length;

	sql_init(&insert, rq->arena);
	sql_init(&get, rq->arena);
	sql_insert(&insert, r);
	select_row(&get, s);
	/*
	 * Not RETURNING: the row may be visible to the caller only after the
	 * next statement, such as one that adds a voter to a campaign.
	 * currval() is volatile: only in a subquery is it called once instead
	 * of once per row of the table, and is the index used.
	 */
	buf_addf(&get.text, "(SELECT currval('%s_%s_seq'))", s->table, s->key);
	q[n++] = (struct db_query){ .sql = insert.text.data, .n = insert.n,
	    .param = insert.param };
	if (more != NULL)
		q[n++] = *more;
	last = n;
	q[n++] = (struct db_query){ .sql = get.text.data };
	if (db_exec(rq->db, q, n, rows, e) != 0)
		return resource_hide_campaign(rq, campaign_of(r), e);
	if (rows_count(rows[last]) == 0)
		return err_detail(e, ERR_INTERNAL, "a new %s is not visible",
		    s->one);
	show(rq, rs, 201, s, rows[last]);
	id = rows_at(rows[last], 0, 0, &length);
	resp_header(rs, "Location", arena_printf(rq->arena, "%s%s/%s",
	    rq->script, rq->path, id));
	return 0;
}

const char *
resource_versions(const struct req *rq)
{
	static const struct field version = {
		.name = "If-Match", .kind = KIND_TIME
	};
	const char	*p = rq->if_match, *time, *all = "{";
	struct etag	 t;
	struct err	*e;

	if (p == NULL || etag_any(p))
		return NULL;
	e = arena_zalloc(rq->arena, sizeof(*e));
	/* A tag that is not a time is not one of ours and matches nothing. */
	while (etag_next(&p, &t)) {
		err_clear(e);
		if (!t.weak && field_check(&version, rq->arena, t.text, t.n,
		    &time, e) == 0 && time != NULL)
			all = arena_printf(rq->arena, "%s%s%s", all,
			    all[1] == '\0' ? "" : ",", time);
	}
	return arena_printf(rq->arena, "%s}", all);
}

int
resource_stale(const struct req *rq, const struct schema *s,
    const struct rows *seen, struct err *e)
{
	if (rq->if_match == NULL || (rows_count(seen) > 0 &&
	    etag_match(rq->if_match, resource_etag(rq->arena, s, seen, 0),
	    true)))
		return 0;
	return err_set(e, ERR_PRECONDITION, "The %s was changed in the "
	    "meantime. Read it again.", s->one);
}

/* Append a condition on updated_at if If-Match names versions. */
static void
match_version(struct req *rq, struct sql *q)
{
	const char	*versions = resource_versions(rq);

	if (versions != NULL)
		sql_bind(q, " AND t.updated_at = ANY (?1::timestamptz[])",
		    versions);
}

int
resource_write(struct req *rq, const struct db_query *write,
    const struct db_query *look, struct rows *rows[2], struct err *e)
{
	const struct db_query	 q[] = { *write, *look };

	for (int tries = 0; tries < 2; tries++) {
		if (db_exec(rq->db, q, 2, rows, e) != 0)
			return -1;
		if (rows_written(rows[0]) != 0 || rows_count(rows[1]) == 0)
			break;
	}
	return 0;
}

/* Set the error of a statement that ran but did not write the row. */
static int
not_written(struct req *rq, const struct schema *s, int64_t id,
    const struct rows *seen, struct err *e)
{
	if (rows_count(seen) == 0)
		return not_found(s, id, e);
	if (resource_stale(rq, s, seen, e) != 0)
		return -1;
	return err_set(e, ERR_FORBIDDEN, "Your role does not allow this.");
}

/* Return the first column that clients may write. */
static const char *
first_writable(const struct schema *s)
{
	for (size_t i = 0; i < s->n; i++)
		if ((s->field[i].flags & F_SERVER) == 0)
			return s->field[i].name;
	return s->key;
}

int
resource_update(struct req *rq, struct resp *rs, const struct rec *r,
    int64_t id, struct err *e)
{
	const struct schema	*s = r->schema;
	const char		*key = id_text(rq->arena, id);
	struct sql		 change, get;
	struct rows		*rows[2];

	sql_init(&change, rq->arena);
	sql_init(&get, rq->arena);
	buf_addf(&change.text, "UPDATE %s t SET ", s->table);
	if (!sql_assign(&change, r))
		/* An empty change still needs the right to change the row. */
		buf_addf(&change.text, "%s = t.%s", first_writable(s),
		    first_writable(s));
	buf_addf(&change.text, " WHERE t.%s = ", s->key);
	sql_param(&change, key);
	match_version(rq, &change);
	select_row(&get, s);
	sql_param(&get, key);
	if (resource_write(rq, &(struct db_query){ .sql = change.text.data,
	    .n = change.n, .param = change.param },
	    &(struct db_query){ .sql = get.text.data, .n = get.n,
	    .param = get.param }, rows, e) != 0)
		return resource_hide_campaign(rq, campaign_of(r), e);
	if (rows_written(rows[0]) == 0)
		return not_written(rq, s, id, rows[1], e);
	if (rows_count(rows[1]) == 0)
		return not_found(s, id, e);
	show(rq, rs, 200, s, rows[1]);
	return 0;
}

/*
 * Change the error of a DELETE that other rows have prevented to one with their
 * number.  Returns -1.
 */
static int
still_needed(struct req *rq, const struct schema *s, int64_t id,
    struct err *e)
{
	const struct schema	*by = s->needed_by;
	const char		*key = id_text(rq->arena, id);
	struct err		*ignored = arena_zalloc(rq->arena,
				    sizeof(*ignored));
	struct rows		*r;
	int64_t			 n;

	/* The failed statement has aborted an open transaction. */
	db_rollback(rq->db);
	if (db_select(rq->db, arena_printf(rq->arena, "SELECT count(*) AS n "
	    "FROM %s WHERE %s = $1", by->table, s->key), 1, &key, &r,
	    ignored) != 0)
		return -1;
	n = rows_int64(r, 0, "n");
	if (n == 0)
		return -1;
	return err_slug(e, ERR_CONFLICT, "conflict", "%c%s %lld cannot be "
	    "deleted: %lld %s belong%s to it.",
	    toupper((unsigned char)s->one[0]), s->one + 1, (long long)id,
	    (long long)n, n == 1 ? by->one : by->many, n == 1 ? "s" : "");
}

int
resource_delete(struct req *rq, struct resp *rs, const struct schema *s,
    int64_t id, struct err *e)
{
	const char	*key = id_text(rq->arena, id);
	struct sql	 get, remove;
	struct rows	*rows[2];

	sql_init(&get, rq->arena);
	sql_init(&remove, rq->arena);
	select_row(&get, s);
	sql_param(&get, key);
	buf_addf(&remove.text, "DELETE FROM %s t WHERE t.%s = ", s->table,
	    s->key);
	sql_param(&remove, key);
	match_version(rq, &remove);
	if (resource_write(rq, &(struct db_query){ .sql = remove.text.data,
	    .n = remove.n, .param = remove.param, .removes = true },
	    &(struct db_query){ .sql = get.text.data, .n = get.n,
	    .param = get.param }, rows, e) != 0)
		return e->code == ERR_CONFLICT && s->needed_by != NULL ?
		    still_needed(rq, s, id, e) : -1;
	if (rows_written(rows[0]) == 0)
		return not_written(rq, s, id, rows[1], e);
	buf_addf(resp_json(rs, 200),
	    "{\"message\":\"%c%s %lld deleted successfully.\"}",
	    toupper((unsigned char)s->one[0]), s->one + 1, (long long)id);
	return 0;
}
