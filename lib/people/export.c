/*
 * Rows as a CSV file.
 *
 * COPY is the fastest way to read many rows from PostgreSQL, but it takes no
 * parameters.  So the values are first written into the statement as literals,
 * by PostgreSQL's own format(): nothing is quoted here.
 */
#include "core/text.h"
#include "db/db.h"
#include "export.h"
#include "export_log.h"
#include "household.h"
#include "record/csv.h"
#include "segment.h"
#include "voter.h"

#define PIECE		(64 * 1024)	/* bytes to send at once */
#define ROW_MAX		(64 * 1024 * 1024)
#define STATEMENT_MAX	(128 * 1024)

const char *const export_params[] = { "reason", NULL };

/*
 * Turn a statement into a format string for format(): "$2" becomes "%2$L", and
 * "%" becomes "%%".
 */
static void
add_format(struct buf *b, const char *sql)
{
	for (const char *p = sql; *p != '\0'; p++) {
		if (*p == '$' && p[1] >= '0' && p[1] <= '9') {
			size_t	 n = strspn(p + 1, "0123456789");

			buf_addf(b, "%%%.*s$L", (int)n, p + 1);
			p += n;
		} else if (*p == '%') {
			buf_adds(b, "%%");
		} else {
			buf_addc(b, *p);
		}
	}
}

/* Set *copy to the statement with its values as literals. */
static int
write_copy(struct req *rq, const struct sql *q, const char **copy,
    struct err *e)
{
	const char	*param[SQL_PARAMS + 1];
	struct buf	 format;
	struct sql	 call;
	struct rows	*r;

	buf_init_in(&format, rq->arena, STATEMENT_MAX);
	add_format(&format, buf_str(&q->text));
	sql_init(&call, rq->arena);
	/* A call has at most 100 arguments; an array is one. */
	sql_add(&call, "SELECT format($1, VARIADIC ARRAY[");
	param[0] = buf_str(&format);
	for (int i = 0; i < q->n; i++) {
		param[i + 1] = q->param[i];
		buf_addf(&call.text, "%s$%d", i > 0 ? ", " : "", i + 2);
	}
	sql_add(&call, "]::text[]) AS copy");
	if (format.failed || q->text.failed || call.text.failed ||
	    q->n >= SQL_PARAMS)
		return err_detail(e, ERR_INTERNAL,
		    "the statement of an export is too long");
	if (db_select(rq->db, call.text.data, q->n + 1, param, &r, e) != 0)
		return -1;
	*copy = rows_text(r, 0, "copy");
	return 0;
}

/* Append a value, in the text form of COPY, as a CSV cell. */
static void
add_cell(struct buf *b, enum kind kind, char *s, size_t n)
{
	switch (kind) {
	case KIND_BOOL:
		buf_adds(b, *s == 't' ? "true" : "false");
		return;
	case KIND_INT:
	case KIND_DATE:
		buf_add(b, s, n);
		return;
	case KIND_TIME:
		/* "2026-01-31 09:30:00.5+00" to RFC 3339 */
		if (n > 13 && memcmp(s + n - 3, "+00", 3) == 0) {
			s[10] = 'T';
			s[n - 3] = 'Z';
			n -= 2;
		}
		buf_add(b, s, n);
		return;
	case KIND_OBJECT:
		if (n > 2)
			csv_add_cell(b, s, n);
		return;
	default:
		csv_add_cell(b, s, n);
	}
}

/*
 * Undo the escapes of one cell of COPY's text format in place.  Set *end to its
 * new end and return where it ended before: at a tab or at stop.  A null value
 * ("\\N") becomes an empty one.
 */
static char *
unescape(char *p, const char *stop, char **end)
{
	static const char	 letters[] = "bfnrtv";
	static const char	 codes[] = "\b\f\n\r\t\v";
	const char		*at;
	char			*start = p, *to;

	while (p < stop && *p != '\t' && *p != '\\')
		p++;
	to = p;
	while (p < stop && *p != '\t') {
		if (*p != '\\') {
			*to++ = *p++;
			continue;
		}
		p++;
		at = strchr(letters, *p);
		if (*p == 'N')
			to = start;
		else
			*to++ = at != NULL ? codes[at - letters] : *p;
		p++;
	}
	*end = to;
	return p;
}

/*
 * Append a row of COPY's text format ("COPY", "Text Format" in PostgreSQL's
 * manual) as a line of CSV.  The row is overwritten.
 */
static void
add_row(struct buf *b, const enum kind *kind, char *p, size_t n)
{
	char	*stop = p + n, *cell, *end;

	if (n > 0 && stop[-1] == '\n')
		stop--;
	for (size_t column = 0; ; column++) {
		cell = p;
		p = unescape(cell, stop, &end);
		if (end > cell)
			add_cell(b, kind[column], cell, (size_t)(end - cell));
		if (p >= stop)
			break;
		buf_addc(b, ',');
		p++;
	}
	buf_adds(b, "\r\n");
}

/* Append "COPY (SELECT ..." with the fields of the mask only, 0 for all. */
static void
select_columns(struct sql *q, const struct schema *s, uint64_t only)
{
	const char	*sep = "COPY (SELECT ", *name;

	for (size_t i = 0; i < s->n; i++) {
		if (only != 0 && !(only >> i & 1))
			continue;
		name = s->field[i].name;
		sql_add(q, sep);
		sep = ", ";
		if (s->field[i].read != NULL)
			sql_add(q, s->field[i].read);
		else if (s->field[i].kind != KIND_TEXTS)
			buf_addf(&q->text, "t.%s", name);
		else
			buf_addf(&q->text, "CASE WHEN t.%s = '{}' THEN NULL "
			    "WHEN array_to_string(t.%s, '') ~ '[[;]' "
			    "THEN array_to_json(t.%s)::text "
			    "ELSE array_to_string(t.%s, ';') END",
			    name, name, name, name);
	}
	sql_add(q, " ");
}

/* Append the header line.  Set kind to the kinds of the columns. */
static void
add_header(struct buf *b, const struct schema *s, uint64_t only,
    enum kind kind[REC_MAX])
{
	size_t	 n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (only != 0 && !(only >> i & 1))
			continue;
		buf_addf(b, "%s%s", n > 0 ? "," : "", s->field[i].name);
		kind[n++] = s->field[i].kind;
	}
	buf_adds(b, "\r\n");
}

static int
client_left(struct err *e)
{
	return err_detail(e, ERR_INTERNAL, "the client left the export");
}

/*
 * Send what b holds, and behind it the rows of the COPY that has begun; *rows
 * is how many they were.
 */
static int
send_rows(struct req *rq, struct resp *rs, const enum kind *kind,
    struct buf *b, int64_t *rows, struct err *e)
{
	char	*piece = NULL;
	int	 n;

	*rows = 0;
	while ((n = db_copy_get(rq->db, &piece, e)) > 0) {
		add_row(b, kind, piece, (size_t)n);
		++*rows;
		if (b->failed)
			return err_detail(e, ERR_INTERNAL,
			    "a row is too long");
		if (b->len < PIECE)
			continue;
		if (resp_write(rs, b->data, b->len) != 0)
			return client_left(e);
		b->len = 0;
	}
	if (n == 0 && b->len > 0 && resp_write(rs, b->data, b->len) != 0)
		return client_left(e);
	return n;
}

/* The export within a transaction; b holds the header line. */
static int
stream(struct req *rq, struct resp *rs, const struct sql *q,
    const enum kind *kind, const char *table, const char *name, struct buf *b,
    struct err *e)
{
	static const char	 sql_no_timeout[] =
	    "SELECT set_config('statement_timeout', '0', true)";
	struct rows		*r;
	const char		*copy = NULL;
	int64_t			 n;

	if (db_select(rq->db, sql_no_timeout, 0, NULL, &r, e) != 0 ||
	    write_copy(rq, q, &copy, e) != 0 ||
	    db_copy_out(rq->db, copy, e) != 0)
		return -1;
	resp_header(rs, "Content-Disposition", arena_printf(rq->arena,
	    "attachment; filename=\"%s.csv\"", name));
	if (resp_stream(rs, 200, "text/csv; charset=utf-8") != 0)
		return client_left(e);
	/* A HEAD request needs the header fields only. */
	if (rs->no_body)
		return 0;
	if (send_rows(rq, rs, kind, b, &n, e) != 0 ||
	    export_log_end(rq, table, n, e) != 0)
		return -1;
	return db_commit(rq->db, e);
}

int
export_stream(struct req *rq, struct resp *rs, const struct schema *s,
    uint64_t only, const struct sql *from, const char *name, struct err *e)
{
	enum kind	 kind[REC_MAX];
	struct sql	 q;
	struct buf	 b;
	int		 rc;

	if (export_log_begin(rq, s->table, e) != 0)
		return -1;
	sql_init(&q, rq->arena);
	select_columns(&q, s, only);
	sql_add(&q, buf_str(&from->text));
	sql_add(&q, ") TO STDOUT");
	memcpy(q.param, from->param, sizeof(q.param));
	q.n = from->n;
	buf_init(&b, ROW_MAX);
	add_header(&b, s, only, kind);
	rc = db_begin(rq->db, e);
	if (rc == 0)
		rc = stream(rq, rs, &q, kind, s->table, name, &b, e);
	/* While a COPY is under way, this closes the connection. */
	if (rc != 0 || rs->no_body)
		db_rollback(rq->db);
	buf_release(&b);
	return rc;
}

int
export_allowed(struct req *rq, const struct form *query, bool *all,
    struct err *e)
{
	static const char	 sql[] =
	    "SELECT caller_is_admin() AS is_admin, "
	    "caller_campaigns('manager') <> '{}' AS manages_any, "
	    "$1::bigint IS NULL OR EXISTS (SELECT FROM campaigns "
	    "WHERE campaign_id = $1::bigint) AS is_visible, "
	    "$1::bigint IS NULL OR $1::bigint = ANY "
	    "(caller_campaigns('manager')) AS manages_it";
	const struct pair	*p = form_find(query, "campaign_id");
	const char		*campaign = NULL;
	int64_t			 id;
	struct rows		*r;

	/* If it is not a number, the list's filters report the error. */
	if (p != NULL && text_int64(p->value, p->len, &id))
		campaign = arena_printf(rq->arena, "%lld", (long long)id);
	if (db_select(rq->db, sql, 1, &campaign, &r, e) != 0)
		return -1;
	*all = rows_bool(r, 0, "is_admin");
	if (!*all && !rows_bool(r, 0, "manages_any"))
		return err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this: only managers can export.");
	if (!rows_bool(r, 0, "is_visible"))
		return err_set(e, ERR_NOT_FOUND, "Campaign with ID %s not "
		    "found.", campaign);
	if (!*all && !rows_bool(r, 0, "manages_it"))
		return err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this: only managers of campaign %s can export it.",
		    campaign);
	return 0;
}

int
export_voters(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 known[] = {
		"fields", "householded", "reason", NULL
	};
	static const struct scope	 managed = { .where =
	    "EXISTS (SELECT FROM campaign_voters cv "
	    "WHERE cv.voter_id = t.voter_id AND cv.campaign_id = ANY "
	    "((SELECT caller_campaigns('manager'))::bigint[]))" };
	const struct pair		*p = form_find(&rq->query,
					    "householded");
	const struct schema		*s = &voter_schema;
	struct form			 query;
	struct filters			 filters;
	struct where			 w;
	struct sql			 from;
	uint64_t			 only;
	bool				 all, doors = false;
	int				 rc = 0;

	/* A segment may name a campaign: expand it before the check. */
	if (segment_expand(rq, &rq->query, &query, e) != 0 ||
	    export_allowed(rq, &query, &all, e) != 0)
		return -1;
	if (p != NULL && !text_bool(p->value, p->len, &doors))
		rc = err_field(e, p->name, "invalid_boolean",
		    "householded must be true or false.");
	if (doors)
		s = &label_schema;
	/* All, so that every bad parameter is named at once. */
	if ((rc | filters_read(rq->arena, &query, &voter_list, known, &filters,
	    e) | list_columns(&query, s, &only, e)) != 0 ||
	    universe_resolve(rq, &filters, e) != 0)
		return -1;
	list_predicates(rq->arena, &voter_list, &filters, all ? NULL : &managed,
	    &w);
	sql_init(&from, rq->arena);
	if (doors) {
		household_labels(&from, &w);
	} else {
		buf_addf(&from.text, "FROM voters t %s",
		    voter_schema.join_many);
		sql_where(&from, &w);
	}
	return export_stream(rq, rs, s, only, &from,
	    doors ? "households" : "voters", e);
}
