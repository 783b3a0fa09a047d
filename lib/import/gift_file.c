/* Files of gifts; see gift_file.h. */
#include "core/text.h"
#include "db/db.h"
#include "gift_file.h"
#include "heading.h"
#include "http/multipart.h"
#include "record/csv.h"
#include "record/json.h"
#include "sniff.h"
#include "stage.h"
#include "upload.h"

#define COPY_PIECE	(64 * 1024)
#define OPTION_MAX	(64 * 1024)	/* bytes of an option */
#define SOURCE_MAX	20

const char *const gift_file_params[] = {
	"campaign_id", "source", "mapping", "dry_run", NULL
};

static int
no_columns(struct gift_file *f, const char *problem, struct err *e)
{
	struct buf	 seen;

	buf_init_in(&seen, f->arena, OPTION_MAX);
	for (size_t i = 0; i < f->columns && seen.len < 220; i++)
		buf_addf(&seen, "%s%.40s", i > 0 ? ", " : "", f->heading[i]);
	return err_set(e, ERR_UNPROCESSABLE, "%s The first row is: %.220s",
	    problem, buf_str(&seen));
}

/* Do these headings belong to one of ActBlue's files? */
static bool
is_actblue(const char *const *folded, size_t n)
{
	return heading_find(folded, n, "lineitemid") != -1 ||
	    (heading_find(folded, n, "receiptid") != -1 &&
	    heading_find(folded, n, "cancelledon") != -1);
}

/* Find ActBlue's columns by their headings. */
static void
find_columns(struct gift_file *f, const char *const *folded)
{
	bool	*used = arena_zalloc(f->arena, f->columns + 1);

	for (size_t i = 0; i < GIFT__MAX; i++) {
		f->column[i] = heading_field(&gift_schema.field[i], folded,
		    f->columns, used);
		if (f->column[i] != -1)
			used[f->column[i]] = true;
	}
}

/* Find the columns that the mapping names. */
static int
map_columns(struct gift_file *f, const char *const *folded, struct err *e)
{
	json_object_object_foreach(f->mapping, key, value) {
		int		 i = schema_find(&gift_schema, key, strlen(key));
		const char	*name, *heading;

		if (i == -1 || !json_object_is_type(value, json_type_string))
			return err_field(e, arena_printf(f->arena,
			    "mapping.%.40s", key), i == -1 ? "unknown_field" :
			    "invalid_type", i == -1 ?
			    "A gift has no field of this name." :
			    "The value must be the heading of a column.");
		heading = json_object_get_string(value);
		name = heading_fold(f->arena, heading, strlen(heading));
		f->column[i] = heading_find(folded, f->columns, name);
		if (f->column[i] == -1)
			return no_columns(f, arena_printf(f->arena, "The file "
			    "has no column \"%.40s\" (mapping.%s).", heading,
			    key), e);
	}
	return 0;
}

static int
read_heading(struct gift_file *f, const struct row *row, struct err *e)
{
	static const enum gift_field	 needed[] = { GIFT_external_id,
					    GIFT_amount, GIFT_paid_at };
	const char	*const *folded = heading_fold_row(f->arena, row);
	const char	*p;
	size_t		 n;

	f->columns = row->n;
	f->heading = arena_alloc(f->arena, (row->n + 1) * sizeof(*f->heading));
	for (size_t i = 0; i < row->n; i++)
		f->heading[i] = row_text(row, i, &p, &n) ?
		    arena_strndup(f->arena, p, n) :
		    arena_printf(f->arena, "column %zu", i + 1);
	for (size_t i = 0; i < GIFT__MAX; i++)
		f->column[i] = -1;
	if (f->mapping != NULL) {
		if (f->source == NULL)
			return err_field(e, "source", "missing",
			    "source is needed with a mapping.");
		if (map_columns(f, folded, e) != 0)
			return -1;
	} else if ((f->source == NULL || strcmp(f->source, "actblue") == 0) &&
	    is_actblue(folded, row->n)) {
		f->source = "actblue";
		find_columns(f, folded);
	} else {
		return no_columns(f, "These are not the columns of ActBlue, "
		    "and there is no mapping.", e);
	}
	if (f->column[GIFT_external_id] == -1 &&
	    f->column[GIFT_canceled_at] != -1 &&
	    f->column[GIFT_external_order] != -1)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (f->column[needed[i]] == -1)
			return no_columns(f, arena_printf(f->arena,
			    "No column is %s.",
			    gift_schema.field[needed[i]].name), e);
	return 0;
}

/* The heading of a field's column, as errors name it. */
static const char *
heading_of(const struct gift_file *f, const char *field)
{
	int	 i = schema_find(&gift_schema, field, strlen(field));

	return i == -1 || f->column[i] == -1 ? field :
	    f->heading[f->column[i]];
}

/* Read the cells.  What is wrong with an optional one is a warning. */
static int
read_cells(struct gift_file *f, const struct row *row, struct rec *r,
    struct err *e)
{
	struct err	 wrong;
	const char	*p;
	size_t		 n;

	for (size_t i = 0; i < GIFT__MAX; i++) {
		if (f->column[i] == -1 ||
		    !row_text(row, (size_t)f->column[i], &p, &n))
			continue;
		p = csv_unguard(&f->scratch, p, &n);
		err_clear(&wrong);
		if (n == 0 || gift_set(r, i, p, n, &wrong) == 0)
			continue;
		if (!gift_optional(i)) {
			*e = wrong;
			return -1;
		}
		notes_add(&f->report.warnings, row->line,
		    f->heading[f->column[i]], p, n, wrong.field[0].msg);
	}
	return gift_complete(r, e);
}

static void
take_row(struct gift_file *f, const struct row *row)
{
	struct err	 wrong = { 0 };
	struct rec	 r;

	f->report.rows++;
	arena_reset(&f->scratch);
	rec_init(&r, &gift_schema, &f->scratch);
	if (row->fault != NULL) {
		report_error(&f->report, row->line, "", row->fault);
		f->report.rejected++;
		return;
	}
	if (read_cells(f, row, &r, &wrong) != 0) {
		report_error(&f->report, row->line, heading_of(f,
		    wrong.field[0].name), wrong.field[0].msg);
		f->report.rejected++;
		return;
	}
	buf_addf(&f->out, "%lld", (long long)row->line);
	for (size_t i = 0; i < GIFT__MAX; i++)
		stage_value(&f->out, r.value[i]);
	buf_addc(&f->out, '\n');
}

static int
send(struct gift_file *f, size_t min, struct err *e)
{
	int	 rc;

	if (f->out.failed)
		return err_detail(e, ERR_INTERNAL, "no memory for rows");
	if (f->out.len < min)
		return 0;
	rc = db_copy_put(f->db, f->out.data, f->out.len, e);
	buf_clear(&f->out, 4 * COPY_PIECE);
	return rc;
}

static int
copy_start(struct gift_file *f, struct err *e)
{
	struct buf	 sql;

	buf_init_in(&sql, f->arena, 4096);
	buf_adds(&sql, "COPY pg_temp.gift_stage (line");
	for (size_t i = 0; i < GIFT__MAX; i++)
		buf_addf(&sql, ", %s", gift_schema.field[i].name);
	buf_adds(&sql, ") FROM STDIN");
	return db_copy_start(f->db, buf_str(&sql), e);
}

static int
copy_rows(struct gift_file *f, struct reader *rd, struct err *e)
{
	struct row	 row;
	char		 delimiter;
	bool		 quoted;
	int		 got;

	reader_sniff(rd->in, rd->end, &delimiter, &quoted);
	reader_set(rd, delimiter, quoted);
	do
		got = reader_next(rd, &row, e);
	while (got == 1 && row_is_blank(&row));
	if (got == -1)
		return -1;
	if (got == 0)
		return err_set(e, ERR_UNPROCESSABLE, "The file is empty.");
	if (row.fault != NULL)
		return err_set(e, ERR_UNPROCESSABLE, "The first row cannot be "
		    "read: %s", row.fault);
	if (read_heading(f, &row, e) != 0 || copy_start(f, e) != 0)
		return -1;
	while ((got = reader_next(rd, &row, e)) == 1) {
		if (!row_is_blank(&row))
			take_row(f, &row);
		if (send(f, COPY_PIECE, e) != 0)
			return -1;
	}
	if (got == -1 || send(f, 1, e) != 0)
		return -1;
	return db_copy_end(f->db, e);
}

static int
read_file(struct gift_file *f, struct source *s, struct err *e)
{
	/* Reading takes as long as the client sends. */
	static const struct db_query	 begin[2] = {
		{ .sql = "SELECT set_config('statement_timeout', '0', true), "
		    "set_config('client_connection_check_interval', '1000', "
		    "true)" },
		{ .sql = "SELECT cerberus.gift_stage()" },
	};
	struct reader			*rd = arena_alloc(f->arena,
					    sizeof(*rd));
	struct rows			*r[2];
	int				 rc;

	if (db_begin(f->db, e) != 0 || db_exec(f->db, begin, 2, r, e) != 0)
		return -1;
	rc = reader_open(rd, f->arena, s, NULL, e);
	if (rc == 0)
		rc = copy_rows(f, rd, e);
	reader_close(rd);
	return rc;
}

/* Merge the stage, and commit or, for a dry run, roll back. */
static int
store(struct gift_file *f, const struct cfg *cfg, struct err *e)
{
	const char	*merge[2] = { f->campaign_id, f->source };
	const char	*limit = arena_printf(f->arena, "%lld",
			    (long long)cfg->merge_timeout);
	const char	*most = arena_printf(f->arena, "%d", NOTES_MAX);
	const struct db_query	 q[3] = {
		{ .sql = "SELECT set_config('statement_timeout', $1 || 's', "
		    "true)", .n = 1, .param = &limit },
		{ .sql = "SELECT created, updated, unchanged, rejected "
		    "FROM cerberus.gift_merge($1, $2)", .n = 2,
		    .param = merge },
		{ .sql = "SELECT line, column_name, message "
		    "FROM pg_temp.gift_problem ORDER BY line LIMIT $1", .n = 1,
		    .param = &most },
	};
	struct rows	*r[3];

	if (f->campaign_id == NULL)
		return err_field(e, "campaign_id", "missing",
		    "campaign_id is missing.");
	if (db_exec(f->db, q, 3, r, e) != 0)
		return -1;
	f->report.created = rows_int64(r[1], 0, "created");
	f->report.updated = rows_int64(r[1], 0, "updated");
	f->report.unchanged = rows_int64(r[1], 0, "unchanged");
	f->report.rejected += rows_int64(r[1], 0, "rejected");
	for (size_t i = 0; i < rows_count(r[2]); i++)
		report_error(&f->report, rows_int64(r[2], i, "line"),
		    heading_of(f, rows_text(r[2], i, "column_name")),
		    rows_text(r[2], i, "message"));
	if (!f->dry_run)
		return db_commit(f->db, e);
	db_rollback(f->db);
	return 0;
}

static ssize_t
read_part(struct source *s, void *p, size_t n, struct err *e)
{
	return multipart_read(s->ctx, p, n, e);
}

static ssize_t
read_body(struct source *s, void *p, size_t n, struct err *e)
{
	return body_read(s->ctx, p, n, e);
}

/* A name such as anedot. */
static int
read_source(struct gift_file *f, const char *value, size_t n, struct err *e)
{
	char	*name = arena_strndup(f->arena, value, n);

	text_lower(name, n);
	if (n < 1 || n > SOURCE_MAX || *name < 'a' || *name > 'z' ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != n)
		return err_field(e, "source", "invalid", "source must be a "
		    "name of at most %d letters, such as anedot.", SOURCE_MAX);
	f->source = name;
	return 0;
}

static int
read_mapping(struct gift_file *f, const char *value, size_t n, struct err *e)
{
	json_object_put(f->mapping);
	f->mapping = NULL;
	if (json_parse(value, n, &f->mapping, e) == 0 &&
	    json_object_is_type(f->mapping, json_type_object))
		return 0;
	err_clear(e);
	return err_field(e, "mapping", "invalid_json",
	    "mapping must be a JSON object.");
}

static int
option(struct gift_file *f, const char *name, const char *value, size_t n,
    struct err *e)
{
	static const struct field	 campaign = { .name = "campaign_id",
		.kind = KIND_INT, .low = 1, .high = INT64_MAX };

	text_trim(&value, &n);
	if (n == 0)
		return 0;
	if (strcmp(name, campaign.name) == 0)
		return field_check(&campaign, f->arena, value, n,
		    &f->campaign_id, e);
	if (strcmp(name, "source") == 0)
		return read_source(f, value, n, e);
	if (strcmp(name, "mapping") == 0)
		return read_mapping(f, value, n, e);
	if (strcmp(name, "dry_run") != 0)
		return err_field(e, name, "unknown_field",
		    "There is no field of this name.");
	if (!text_bool(value, n, &f->dry_run))
		return err_field(e, name, "invalid_boolean",
		    "dry_run must be true or false.");
	return 0;
}

/* Read a form: options, and then one file. */
static int
from_form(struct req *rq, struct gift_file *f, struct err *e)
{
	struct multipart	 m;
	struct part		 part;
	struct source		 s = { .read = read_part, .ctx = &m };
	const char		*value;
	size_t			 n;
	bool			 seen = false;
	int			 more;

	if (multipart_open(&m, rq->arena, &rq->body, rq->boundary, e) != 0)
		return -1;
	while ((more = multipart_next(&m, &part, e)) == 1) {
		if (seen)
			return err_set(e, ERR_UNPROCESSABLE, "Send one file, "
			    "after the other fields of the form.");
		if (strcmp(part.name, "file") != 0) {
			if (multipart_text(&m, OPTION_MAX, &value, &n,
			    e) != 0 || option(f, part.name, value, n, e) != 0)
				return -1;
			continue;
		}
		if (part.filename == NULL)
			return err_set(e, ERR_MALFORMED, "No file part");
		if (*part.filename == '\0')
			return err_set(e, ERR_MALFORMED, "No selected file");
		seen = true;
		if (read_file(f, &s, e) != 0)
			return -1;
	}
	if (more == -1)
		return -1;
	if (!seen)
		return err_set(e, ERR_MALFORMED, "No file part");
	return store(f, rq->cfg, e);
}

static int
from_body(struct req *rq, struct gift_file *f, struct err *e)
{
	struct source	 s = { .read = read_body, .ctx = &rq->body };

	if (rq->body.length == 0)
		return err_set(e, ERR_MALFORMED, "No file part");
	if (read_file(f, &s, e) != 0)
		return -1;
	return store(f, rq->cfg, e);
}

static const char *
field_of(const struct gift_file *f, size_t column)
{
	for (size_t i = 0; i < GIFT__MAX; i++)
		if (f->column[i] == (int)column)
			return gift_schema.field[i].name;
	return NULL;
}

static void
write_columns(const struct gift_file *f, struct buf *b)
{
	const char	*sep = "";

	buf_adds(b, ",\"columns\":[");
	for (size_t i = 0; i < f->columns; i++) {
		const char	*field = field_of(f, i);

		buf_adds(b, i > 0 ? ",{\"header\":" : "{\"header\":");
		json_add_string(b, f->heading[i], strlen(f->heading[i]));
		buf_addf(b, ",\"column\":%s%s%s}", field != NULL ? "\"" : "",
		    field != NULL ? field : "null", field != NULL ? "\"" : "");
	}
	buf_adds(b, "],\"unmapped_columns\":[");
	for (size_t i = 0; i < f->columns; i++) {
		if (field_of(f, i) != NULL)
			continue;
		buf_adds(b, sep);
		json_add_string(b, f->heading[i], strlen(f->heading[i]));
		sep = ",";
	}
	buf_addc(b, ']');
}

static void
write_answer(const struct gift_file *f, bool refused, struct buf *b)
{
	const struct report	*r = &f->report;

	buf_addf(b, "{\"message\":\"%s\",\"rows\":%lld,\"created\":%lld,"
	    "\"updated\":%lld,\"unchanged\":%lld,\"rejected\":%lld", refused ?
	    "Every row of the file was rejected" :
	    "File processed successfully", (long long)r->rows,
	    (long long)r->created, (long long)r->updated,
	    (long long)r->unchanged, (long long)r->rejected);
	report_notes(b, "errors", &r->errors);
	report_notes(b, "warnings", &r->warnings);
	write_columns(f, b);
	buf_addf(b, ",\"source\":\"%s\",\"dry_run\":%s}", f->source,
	    f->dry_run ? "true" : "false");
}

/*
 * May the caller import into the campaign, or, without one, into any?  This is
 * checked before the body is read, because a slow client keeps the process busy.
 */
static int
check_caller(struct gift_file *f, struct err *e)
{
	static const char	 sql[] =
	    "SELECT cerberus.caller_is_admin() OR "
	    "CASE WHEN $1::bigint IS NULL "
	    "THEN cerberus.caller_campaigns('manager') <> '{}' "
	    "ELSE $1 = ANY (cerberus.caller_campaigns('manager')) END "
	    "AS allowed, $1 IS NULL OR "
	    "$1 = ANY (cerberus.caller_campaigns('viewer')) AS visible";
	struct rows		*r;

	if (db_select(f->db, sql, 1, &f->campaign_id, &r, e) != 0)
		return -1;
	if (rows_bool(r, 0, "allowed"))
		return 0;
	if (rows_bool(r, 0, "visible"))
		return err_set(e, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	return err_set(e, ERR_NOT_FOUND, "Campaign with ID %s not found.",
	    f->campaign_id);
}

int
gift_file_upload(struct req *rq, struct resp *rs, struct err *e)
{
	struct gift_file	 f = { .arena = rq->arena, .db = rq->db };
	bool			 refused;
	int			 rc = 0;

	report_init(&f.report, rq->arena);
	buf_init(&f.out, 16 * COPY_PIECE);
	for (size_t i = 0; i < rq->query.n && rc == 0; i++)
		rc = option(&f, rq->query.pair[i].name,
		    rq->query.pair[i].value, rq->query.pair[i].len, e);
	if (rc == 0)
		rc = check_caller(&f, e);
	if (rc == 0 && strcmp(rq->type, "multipart/form-data") == 0)
		rc = from_form(rq, &f, e);
	else if (rc == 0)
		rc = upload_is_text(rq->type) ? from_body(rq, &f, e) :
		    upload_refuse(rq->type, e);
	if (rc == 0) {
		refused = f.report.rows > 0 &&
		    f.report.rejected == f.report.rows;
		write_answer(&f, refused, resp_json(rs, refused ? 422 : 200));
	} else {
		db_rollback(rq->db);
	}
	json_object_put(f.mapping);
	arena_release(&f.scratch);
	buf_release(&f.out);
	return rc;
}
