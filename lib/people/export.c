/*
 * Rows as a CSV file.
 *
 * COPY is the fastest way out of PostgreSQL, but takes no parameters.  So the
 * server itself writes the values into the statement first, as format()'s
 * literals; nothing is quoted here.
 */
#include "core/text.h"
#include "db/db.h"
#include "export.h"
#include "people/segment.h"
#include "people/voter.h"
#include "record/csv.h"

#define PIECE	(64 * 1024)

/* The statement with its values in it, in the request's arena. */
static int
write_copy(struct req *rq, const struct sql *q, const char **copy,
    struct err *e)
{
	const char	*param[SQL_PARAMS + 1];
	struct buf	 b, call;
	PGresult	*res = NULL;
	int		 rc = -1;

	buf_init(&b, 128 * 1024);
	buf_init(&call, 4096);
	/* $2 is format's %2$L; a % is a %%. */
	for (const char *p = buf_str(&q->text); *p != '\0'; p++) {
		if (*p == '$' && p[1] >= '0' && p[1] <= '9') {
			size_t	 n = strspn(p + 1, "0123456789");

			buf_addf(&b, "%%%.*s$L", (int)n, p + 1);
			p += n;
		} else if (*p == '%') {
			buf_adds(&b, "%%");
		} else {
			buf_addc(&b, *p);
		}
	}
	buf_adds(&call, "SELECT format($1");
	param[0] = buf_str(&b);
	for (int i = 0; i < q->n; i++) {
		param[i + 1] = q->param[i];
		buf_addf(&call, ", $%d::text", i + 2);
	}
	buf_addc(&call, ')');
	if (b.failed || q->text.failed || q->n >= SQL_PARAMS) {
		err_detail(e, ERR_INTERNAL, "the export's statement is too "
		    "long");
		goto out;
	}
	if (db_one(rq->db, buf_str(&call), q->n + 1, param, &res, e) != 0)
		goto out;
	*copy = arena_strdup(rq->arena, PQgetvalue(res, 0, 0));
	rc = 0;
out:
	PQclear(res);
	buf_release(&b);
	buf_release(&call);
	return rc;
}

/* One column's value as it goes into a cell. */
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
		/* 2026-01-31 09:30:00.5+00 as RFC 3339 has it */
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

/* A row of COPY's text format ("COPY", "Text Format") as one of CSV. */
static void
add_row(struct buf *b, const enum kind *kind, char *p, size_t n)
{
	char	*end = p + n, *cell, *to;
	size_t	 column = 0;

	if (n > 0 && end[-1] == '\n')
		end--;
	for (;; column++) {
		cell = to = p;
		while (p < end && *p != '\t' && *p != '\\')
			p++;
		to = p;
		while (p < end && *p != '\t') {
			if (*p != '\\') {
				*to++ = *p++;
				continue;
			}
			p++;
			switch (*p) {
			case 'b': *to++ = '\b'; break;
			case 'f': *to++ = '\f'; break;
			case 'n': *to++ = '\n'; break;
			case 'r': *to++ = '\r'; break;
			case 't': *to++ = '\t'; break;
			case 'v': *to++ = '\v'; break;
			case 'N': cell = to; break;
			default: *to++ = *p;
			}
			p++;
		}
		if (to > cell)
			add_cell(b, kind[column], cell, (size_t)(to - cell));
		if (p >= end)
			break;
		buf_addc(b, ',');
		p++;
	}
	buf_adds(b, "\r\n");
}

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
		if (s->field[i].kind != KIND_TEXTS)
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

static int
send_rows(struct req *rq, struct resp *rs, const enum kind *kind,
    struct buf *b, struct err *e)
{
	char	*piece = NULL;
	int	 n;

	while ((n = db_copy_get(rq->db, &piece, e)) > 0) {
		add_row(b, kind, piece, (size_t)n);
		if (b->failed)
			return err_detail(e, ERR_INTERNAL, "a row is too "
			    "long");
		if (b->len < PIECE)
			continue;
		if (resp_write(rs, b->data, b->len) != 0)
			return err_detail(e, ERR_INTERNAL, "the client left "
			    "the export");
		b->len = 0;
	}
	if (n == 0 && b->len > 0 && resp_write(rs, b->data, b->len) != 0)
		return err_detail(e, ERR_INTERNAL, "the client left the "
		    "export");
	return n;
}

int
export_stream(struct req *rq, struct resp *rs, const struct schema *s,
    uint64_t only, const struct sql *from, const char *name, struct err *e)
{
	static const char	 sql_timeout[] =
	    "SELECT set_config('statement_timeout', '0', true)";
	enum kind		 kind[REC_MAX];
	struct sql		 q;
	struct buf		 b;
	const char		*copy;
	PGresult		*res;
	size_t			 n = 0;
	int			 rc = -1;

	sql_init(&q, rq->arena);
	buf_init(&b, 64 * 1024 * 1024);
	select_columns(&q, s, only);
	sql_add(&q, buf_str(&from->text));
	sql_add(&q, ") TO STDOUT");
	memcpy(q.param, from->param, sizeof(q.param));
	q.n = from->n;
	for (size_t i = 0; i < s->n; i++) {
		if (only != 0 && !(only >> i & 1))
			continue;
		buf_addf(&b, "%s%s", n > 0 ? "," : "", s->field[i].name);
		kind[n++] = s->field[i].kind;
	}
	buf_adds(&b, "\r\n");
	if (db_begin(rq->db, e) != 0 ||
	    db_one(rq->db, sql_timeout, 0, NULL, &res, e) != 0)
		goto out;
	PQclear(res);
	if (write_copy(rq, &q, &copy, e) != 0 ||
	    db_copy_out(rq->db, copy, e) != 0)
		goto out;
	resp_header(rs, "Content-Disposition", arena_printf(rq->arena,
	    "attachment; filename=\"%s.csv\"", name));
	if (resp_stream(rs, 200, "text/csv; charset=utf-8") != 0) {
		err_detail(e, ERR_INTERNAL, "the client left the export");
		goto out;
	}
	/* HEAD wants to know that it would work, and no more. */
	if (rs->no_body) {
		rc = 0;
		goto out;
	}
	rc = send_rows(rq, rs, kind, &b, e);
	if (rc == 0)
		rc = db_commit(rq->db, e);
out:
	/* Within COPY that ends the connection: half an export goes nowhere. */
	if (rc != 0 || rs->no_body)
		db_rollback(rq->db);
	buf_release(&b);
	return rc;
}

int
export_allowed(struct req *rq, bool *all, struct err *e)
{
	static const char	 sql[] =
	    "SELECT caller_is_admin(), caller_campaigns('manager') <> '{}', "
	    "$1::bigint IS NULL OR EXISTS (SELECT FROM campaigns "
	    "WHERE campaign_id = $1::bigint), $1::bigint IS NULL "
	    "OR $1::bigint = ANY (caller_campaigns('manager'))";
	const struct pair	*p = form_find(&rq->query, "campaign_id");
	const char		*campaign = NULL;
	int64_t			 id;
	PGresult		*res;
	int			 rc = 0;

	/* One that is not a number is for the list to name. */
	if (p != NULL && text_int64(p->value, p->len, &id))
		campaign = arena_printf(rq->arena, "%lld", (long long)id);
	if (db_one(rq->db, sql, 1, &campaign, &res, e) != 0)
		return -1;
	*all = db_true(res, 0);
	if (!*all && !db_true(res, 1))
		rc = err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this: exports are for managers.");
	else if (!db_true(res, 2))
		rc = err_set(e, ERR_NOT_FOUND, "Campaign with ID %s not "
		    "found.", campaign);
	else if (!*all && !db_true(res, 3))
		rc = err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this: exports of campaign %s are for its managers.",
		    campaign);
	PQclear(res);
	return rc;
}

int
export_voters(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 known[] = { "fields", NULL };
	static const struct scope	 managed = { .where =
	    "EXISTS (SELECT FROM campaign_voters cv "
	    "WHERE cv.voter_id = t.voter_id AND cv.campaign_id = ANY "
	    "((SELECT caller_campaigns('manager'))::bigint[]))" };
	struct sql			 from;
	uint64_t			 only;
	bool				 all;
	int				 rc = -1;

	if (segment_expand(rq, e) != 0)
		return -1;
	sql_init(&from, rq->arena);
	sql_add(&from, "FROM voters t");
	if (export_allowed(rq, &all, e) != 0)
		goto out;
	if ((list_where(rq, &voter_list, all ? NULL : &managed, known, &from,
	    e) |
	    list_columns(rq, &voter_schema, &only, e)) != 0)
		goto out;
	rc = export_stream(rq, rs, &voter_schema, only, &from, "voters", e);
out:
	return rc;
}
