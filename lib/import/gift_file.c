/*
 * Reading and storing files of gifts; gift_upload.c receives them.
 * gift_mapping.c finds the columns that a campaign has saved.
 */
#include "gift_file.h"
#include "gift_mapping.h"
#include "heading.h"
#include "record/csv.h"
#include "record/json.h"
#include "stage.h"
#include "staged_file.h"

#define HEADINGS_MAX	4096	/* bytes of headings in an error */

void
gift_file_init(struct gift_file *f, struct arena *a, struct db *db)
{
	*f = (struct gift_file){ .arena = a, .db = db };
	report_init(&f->report, a);
	buf_init(&f->out, STAGED_FILE_BUF);
}

void
gift_file_release(struct gift_file *f)
{
	json_object_put(f->mapping);
	arena_release(&f->scratch);
	buf_release(&f->out);
}

static int
no_columns(struct gift_file *f, const char *problem, struct err *e)
{
	struct buf	 seen;

	buf_init_in(&seen, f->arena, HEADINGS_MAX);
	for (size_t i = 0; i < f->columns && seen.len < 220; i++)
		buf_addf(&seen, "%s%.40s", i > 0 ? ", " : "", f->heading[i]);
	return err_set(e, ERR_UNPROCESSABLE, "%s The first row is: %.220s",
	    problem, buf_str(&seen));
}

/* Are these the headings of one of ActBlue's files? */
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
		int		 i = schema_find(&gift_schema, key,
				    strlen(key));
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
read_heading(void *ctx, const struct row *row, struct err *e)
{
	static const enum gift_field	 needed[] = { GIFT_external_id,
					    GIFT_amount, GIFT_paid_at };
	struct gift_file		*f = ctx;
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
	if (f->mapping != NULL && f->source == NULL)
		return err_field(e, "source", "missing",
		    "source is needed with a mapping.");
	if (f->mapping == NULL && (f->source == NULL ||
	    strcmp(f->source, "actblue") == 0) && is_actblue(folded, row->n)) {
		f->source = "actblue";
		find_columns(f, folded);
	} else {
		if (f->mapping == NULL && gift_mapping_find(f, folded, e) != 0)
			return -1;
		if (f->mapping == NULL)
			return no_columns(f, "These are not the columns of "
			    "ActBlue, and there is no mapping.", e);
		if (map_columns(f, folded, e) != 0)
			return -1;
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

/* Read the cells.  An invalid value of an optional field is only a warning. */
static int
read_cells(struct gift_file *f, const struct row *row, struct rec *r,
    struct err *e)
{
	struct err	 why;
	const char	*p;
	size_t		 n;

	for (size_t i = 0; i < GIFT__MAX; i++) {
		if (f->column[i] == -1 ||
		    !row_text(row, (size_t)f->column[i], &p, &n))
			continue;
		p = csv_unguard(&f->scratch, p, &n);
		err_clear(&why);
		if (n == 0 || gift_set(r, i, p, n, &why) == 0)
			continue;
		if (!gift_optional(i)) {
			*e = why;
			return -1;
		}
		notes_add(&f->report.warnings, row->line,
		    f->heading[f->column[i]], p, n, why.field[0].msg);
	}
	return gift_complete(r, e);
}

static void
take_row(void *ctx, const struct row *row)
{
	struct gift_file	*f = ctx;
	struct err	 why = { 0 };
	struct rec	 r;

	f->report.rows++;
	arena_reset(&f->scratch);
	rec_init(&r, &gift_schema, &f->scratch);
	if (row->fault != NULL) {
		report_error(&f->report, row->line, "", row->fault);
		f->report.rejected++;
		return;
	}
	if (read_cells(f, row, &r, &why) != 0) {
		report_error(&f->report, row->line, heading_of(f,
		    why.field[0].name), why.field[0].msg);
		f->report.rejected++;
		return;
	}
	buf_addf(&f->out, "%lld", (long long)row->line);
	for (size_t i = 0; i < GIFT__MAX; i++)
		stage_value(&f->out, r.value[i]);
	buf_addc(&f->out, '\n');
}

int
gift_file_read(struct gift_file *f, struct source *s, struct err *e)
{
	struct staged_file	 staged = {
		.arena = f->arena,
		.db = f->db,
		.create = "SELECT cerberus.gift_stage()",
		.rows = &f->out,
		.header = read_heading,
		.take = take_row,
		.ctx = f,
	};
	struct buf		 sql;

	buf_init_in(&sql, f->arena, 4096);
	buf_adds(&sql, "COPY pg_temp.gift_stage (line");
	for (size_t i = 0; i < GIFT__MAX; i++)
		buf_addf(&sql, ", %s", gift_schema.field[i].name);
	buf_adds(&sql, ") FROM STDIN");
	staged.copy = buf_str(&sql);
	return staged_file_read(&staged, s, e);
}

int
gift_file_store(struct gift_file *f, struct err *e)
{
	const char	*merge[2] = { f->campaign_id, f->source };
	const char	*limit = arena_printf(f->arena, "%lld",
			    (long long)f->timeout);
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
	if (f->save_mapping && f->mapping != NULL &&
	    gift_mapping_save(f, e) != 0)
		return -1;
	if (!f->dry_run)
		return db_commit(f->db, e);
	db_rollback(f->db);
	return 0;
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

bool
gift_file_is_refused(const struct gift_file *f)
{
	return f->report.rows > 0 && f->report.rejected == f->report.rows;
}

void
gift_file_write(const struct gift_file *f, struct buf *b)
{
	const struct report	*r = &f->report;
	bool			 refused = gift_file_is_refused(f);

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
