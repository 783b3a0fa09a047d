/* COPY into the staging table, and the merge out of it. */
#include "core/text.h"
#include "report.h"
#include "stage.h"

#define COPY_PIECE	(64 * 1024)

int
stage_begin(struct import *im, struct err *e)
{
	/* COPY lasts as long as the client sends, but ends when the program is
	 * killed. */
	static const char sql_timeout[] =
	    "SELECT set_config('statement_timeout', '0', true), "
	    "set_config('client_connection_check_interval', '1000', true), "
	    "NOT cerberus.caller_is_admin()";
	static const char sql_stage[] = "SELECT cerberus.import_stage($1)";
	const struct db_query	 q[2] = {
		{ .sql = sql_timeout },
		{ .sql = sql_stage, .n = 1, .param = &im->id },
	};
	PGresult	*res[2];

	if (db_begin(im->db, e) != 0 || db_run(im->db, q, 2, res, e) != 0)
		return -1;
	im->refusable = *PQgetvalue(res[0], 0, 2) == 't';
	PQclear(res[0]);
	PQclear(res[1]);
	return 0;
}

/* ", a, b": the fields of the plan, in the schema's order. */
static void
add_names(const struct import *im, struct buf *b, const char *sep)
{
	for (size_t i = 0; i < VOTER__MAX; i++)
		if (im->plan.fields >> i & 1) {
			buf_adds(b, sep);
			buf_adds(b, voter_schema.field[i].name);
			sep = ",";
		}
}

int
stage_copy(struct import *im, struct err *e)
{
	struct buf	 b;
	int		 rc;

	buf_init(&b, 4096);
	buf_adds(&b, "COPY pg_temp.import_stage "
	    "(line,reject_column,reject_message,raw");
	add_names(im, &b, ",");
	buf_adds(&b, ") FROM STDIN");
	rc = db_copy_start(im->db, buf_str(&b), e);
	buf_release(&b);
	return rc;
}

/* A COPY text format value: PostgreSQL's manual, COPY, "Text Format". */
static void
copy_text(struct buf *b, const char *s, size_t n)
{
	char	*p = buf_reserve(b, 2 * n);
	char	*start = p;

	if (p == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		char	 c = s[i];

		if (c == '\\' || c == '\n' || c == '\r' || c == '\t') {
			*p++ = '\\';
			c = c == '\n' ? 'n' : c == '\r' ? 'r' :
			    c == '\t' ? 't' : c;
		}
		*p++ = c;
	}
	b->len += (size_t)(p - start);
	b->data[b->len] = '\0';
}

static void
copy_value(struct buf *b, const char *value)
{
	if (value == NULL)
		buf_add(b, "\t\\N", 3);
	else {
		buf_addc(b, '\t');
		copy_text(b, value, strlen(value));
	}
}

static void
copy_line(struct buf *b, int64_t line)
{
	char	 digits[24], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + line % 10);
	while ((line /= 10) > 0);
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

/* A row as it came.  PostgreSQL's text holds no NUL: U+FFFD stands for it. */
static void
copy_raw(struct buf *b, const struct row *row)
{
	const char	*nul, *p = row->raw;
	size_t		 n = row->raw_len;

	buf_addc(b, '\t');
	while ((nul = memchr(p, '\0', n)) != NULL) {
		copy_text(b, p, (size_t)(nul - p));
		buf_adds(b, "\xef\xbf\xbd");
		n -= (size_t)(nul + 1 - p);
		p = nul + 1;
	}
	copy_text(b, p, n);
}

void
stage_add(struct import *im, const struct row *row, const struct rec *r)
{
	copy_line(&im->out, row->line);
	buf_add(&im->out, "\t\\N\t\\N", 6);
	/* import_refuse() may turn it away yet. */
	if (im->refusable && r->value[VOTER_voter_registration_id] != NULL)
		copy_raw(&im->out, row);
	else
		copy_value(&im->out, NULL);
	for (size_t i = 0; i < VOTER__MAX; i++)
		if (im->plan.fields >> i & 1)
			copy_value(&im->out, r->value[i]);
	buf_addc(&im->out, '\n');
}

void
stage_reject(struct import *im, const struct row *row, const char *column,
    const char *message)
{
	struct buf	*b = &im->out;

	report_error(im, row->line, column, message);
	im->rejected++;
	copy_line(b, row->line);
	copy_value(b, column);
	copy_value(b, message);
	copy_raw(b, row);
	for (size_t i = 0; i < VOTER__MAX; i++)
		if (im->plan.fields >> i & 1)
			buf_add(b, "\t\\N", 3);
	buf_addc(b, '\n');
}

void
stage_clear(struct import *im)
{
	buf_clear(&im->out, 4 * COPY_PIECE);
}

static int
flush(struct import *im, struct err *e)
{
	int	 rc;

	if (im->out.failed)
		return err_detail(e, ERR_INTERNAL, "no memory for rows");
	rc = db_copy_put(im->db, im->out.data, im->out.len, e);
	stage_clear(im);
	return rc;
}

int
stage_send(struct import *im, struct err *e)
{
	return im->out.len >= COPY_PIECE ? flush(im, e) : 0;
}

int
stage_end(struct import *im, struct err *e)
{
	if (im->out.len > 0 && flush(im, e) != 0)
		return -1;
	return db_copy_end(im->db, e);
}

/* {"a","b"}: the headings that nobody wanted. */
static const char *
unmapped_array(struct import *im)
{
	struct buf	 b;
	const char	*out, *p;

	buf_init(&b, READER_ROW);
	buf_addc(&b, '{');
	for (size_t i = 0; im->plan.heading != NULL &&
	    i < im->plan.nunmapped; i++) {
		buf_adds(&b, i > 0 ? ",\"" : "\"");
		for (p = im->plan.heading[im->plan.unmapped[i]]; *p != '\0';
		    p++) {
			if (*p == '"' || *p == '\\')
				buf_addc(&b, '\\');
			buf_addc(&b, *p);
		}
		buf_addc(&b, '"');
	}
	buf_addc(&b, '}');
	out = b.failed || text_utf8_length(b.data, b.len) == -1 ? "{}" :
	    arena_strdup(im->arena, b.data);
	buf_release(&b);
	return out;
}

/* The first of the rejected rows, when the merge turned away more of them. */
static int
read_errors(struct import *im, struct err *e)
{
	static const char sql[] =
	    "SELECT line, coalesce(column_name, ''), message "
	    "FROM cerberus.import_rejects WHERE import_id = $1 "
	    "ORDER BY line LIMIT $2";
	const char	*param[2] = { im->id,
			    arena_printf(im->arena, "%d", IMPORT_SHOWN) };
	PGresult	*res;
	int64_t		 line;

	if (db_one(im->db, sql, 2, param, &res, e) != 0)
		return -1;
	im->nerrors = 0;
	for (int i = 0; i < PQntuples(res); i++) {
		if (!text_int64(PQgetvalue(res, i, 0),
		    (size_t)PQgetlength(res, i, 0), &line))
			line = 0;
		report_error(im, line, PQgetvalue(res, i, 1),
		    PQgetvalue(res, i, 2));
	}
	PQclear(res);
	return 0;
}

int
stage_merge(struct import *im, struct err *e)
{
	static const char sql_timeout[] =
	    "SELECT set_config('statement_timeout', $1 || 's', true)";
	static const char sql_merge[] =
	    "SELECT rows, created, updated, unchanged, duplicates, rejected "
	    "FROM cerberus.import_merge($1, $2, $3, $4, $5, $6, $7)";
	const char	*param[7], *limit = arena_printf(im->arena, "%lld",
			    (long long)im->cfg->merge_timeout);
	const struct db_query	 q[2] = {
		{ .sql = sql_timeout, .n = 1, .param = &limit },
		{ .sql = sql_merge, .n = 7, .param = param },
	};
	char		 sha[2 + 64 + 1] = "\\x";
	int64_t		*count[] = { &im->rows, &im->created, &im->updated,
			    &im->unchanged, &im->duplicates, &im->rejected };
	int64_t		 rejected = im->rejected;
	struct buf	 names;
	PGresult	*res[2];

	buf_init(&names, 4096);
	buf_addc(&names, '{');
	add_names(im, &names, "");
	buf_addc(&names, '}');
	text_hex(im->sha256, sizeof(im->sha256), sha + 2);
	param[0] = im->id;
	param[1] = im->opt.campaign_id;
	param[2] = arena_strdup(im->arena, buf_str(&names));
	param[3] = im->fold ? "t" : "f";
	param[4] = arena_printf(im->arena, "%lld", (long long)im->bytes);
	param[5] = sha;
	param[6] = unmapped_array(im);
	buf_release(&names);
	if (db_run(im->db, q, 2, res, e) != 0) {
		if (e->slug != NULL && strcmp(e->slug, "timeout") == 0)
			err_slug(e, e->code, e->slug, "Merging the file took "
			    "longer than %s seconds, and nothing was stored. "
			    "Try again later, split the file, or raise "
			    "merge_timeout in the configuration.", limit);
		return -1;
	}
	for (size_t i = 0; i < ARRAY_LEN(count); i++)
		*count[i] = db_int64(res[1], (int)i);
	PQclear(res[0]);
	PQclear(res[1]);
	return im->rejected != rejected ? read_errors(im, e) : 0;
}
