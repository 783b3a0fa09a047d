/*
 * Calls the SQL function import_merge(), which merges the staging table into
 * voters, and reads its counts and errors.
 */
#include "columns.h"
#include "core/text.h"
#include "stage_merge.h"

/* Append a text as an element of PostgreSQL's array syntax. */
static void
add_element(struct buf *b, const char *text)
{
	buf_adds(b, b->len > 1 ? ",\"" : "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_addc(b, '\\');
		buf_addc(b, *text);
	}
	buf_addc(b, '"');
}

const char *
stage_merge_columns(const struct plan *p, struct arena *a)
{
	struct buf	 b;

	buf_init_in(&b, a, 4096);
	buf_addc(&b, '{');
	for (size_t i = 0; i < VOTER__MAX; i++)
		if (plan_has(p, i))
			add_element(&b, voter_schema.field[i].name);
	buf_addc(&b, '}');
	return buf_str(&b);
}

const char *
stage_merge_unmapped(const struct plan *p, struct arena *a)
{
	const struct column	*c = columns_of(p, a);
	struct buf		 b;

	buf_init_in(&b, a, 4 * READER_ROW);
	buf_addc(&b, '{');
	for (size_t i = 0; i < p->nunmapped; i++)
		add_element(&b, c[p->unmapped[i]].heading);
	buf_addc(&b, '}');
	return b.failed || text_utf8_length(b.data, b.len) == -1 ? "{}" :
	    buf_str(&b);
}

/* Return what is stored about columns and codes, as JSON. */
static const char *
columns_and_codes(const struct plan *p, const struct report *r)
{
	struct buf	 b;

	buf_init_in(&b, r->arena, 8 * READER_ROW);
	buf_adds(&b, "{\"columns\":");
	columns_write(p, r->arena, &b);
	buf_adds(&b, ",\"unknown_values\":");
	unknowns_write(&r->unknown, &b);
	buf_addc(&b, '}');
	return b.failed ? "{}" : buf_str(&b);
}

/* Read the first rejected rows, after the merge has rejected more of them. */
static int
read_errors(struct db *db, const char *import_id, struct report *report,
    struct err *e)
{
	static const char sql[] =
	    "SELECT line, coalesce(column_name, '') AS column_name, message "
	    "FROM cerberus.import_rejects WHERE import_id = $1 "
	    "ORDER BY line LIMIT $2";
	const char	*param[2] = { import_id, arena_printf(report->arena,
			    "%d", NOTES_MAX) };
	struct rows	*r;

	if (db_select(db, sql, 2, param, &r, e) != 0)
		return -1;
	report->errors.n = 0;
	for (size_t i = 0; i < rows_count(r); i++)
		report_error(report, rows_int64(r, i, "line"),
		    rows_text(r, i, "column_name"),
		    rows_text(r, i, "message"));
	return 0;
}

int
stage_merge_warnings(struct db *db, const char *import_id,
    struct report *report, struct err *e)
{
	static const char sql[] =
	    "SELECT line, coalesce(column_name, '') AS column_name, value, "
	    "message FROM cerberus.import_warnings WHERE import_id = $1 "
	    "ORDER BY line, warning_id LIMIT $2";
	const char	*param[2] = { import_id, arena_printf(report->arena,
			    "%d", NOTES_MAX + 1) };
	const char	*value;
	struct rows	*r;

	if (db_select(db, sql, 2, param, &r, e) != 0)
		return -1;
	report->file_warnings.n = report->warnings.n = 0;
	for (size_t i = 0; i < rows_count(r); i++) {
		value = rows_text(r, i, "value");
		notes_add(&report->warnings, rows_int64(r, i, "line"),
		    rows_text(r, i, "column_name"), value,
		    value != NULL ? strlen(value) : 0,
		    rows_text(r, i, "message"));
	}
	report->more_warnings = rows_count(r) > NOTES_MAX;
	return 0;
}

int
import_merge(struct db *db, const struct stage_merge *m, struct report *report,
    struct err *e)
{
	static const char sql_timeout[] =
	    "SELECT set_config('statement_timeout', $1 || 's', true)";
	static const char sql_merge[] =
	    "SELECT rows, created, updated, unchanged, duplicates, rejected, "
	    "warned FROM cerberus.import_merge($1, $2, $3, $4, $5, $6, $7, $8)";
	struct arena	*a = report->arena;
	char		 sha[2 + 64 + 1] = "\\x";
	const char	*limit = arena_printf(a, "%lld",
			    (long long)m->timeout);
	const char	*param[8] = {
		m->import_id, m->campaign_id, stage_merge_columns(m->plan, a),
		m->fold ? "t" : "f",
		arena_printf(a, "%lld", (long long)report->bytes), sha,
		stage_merge_unmapped(m->plan, a),
		columns_and_codes(m->plan, report)
	};
	const struct db_query	 q[2] = {
		{ .sql = sql_timeout, .n = 1, .param = &limit },
		{ .sql = sql_merge, .n = 8, .param = param },
	};
	int64_t		 rejected = report->rejected;
	struct rows	*r[2];

	text_hex(m->sha256, 32, sha + 2);
	if (db_exec(db, q, 2, r, e) != 0) {
		if (e->slug != NULL && strcmp(e->slug, "timeout") == 0)
			err_slug(e, e->code, e->slug, "Merging the file took "
			    "longer than %s seconds, and nothing was stored. "
			    "Try again later, split the file, or raise "
			    "merge_timeout in the configuration.", limit);
		return -1;
	}
	report->rows = rows_int64(r[1], 0, "rows");
	report->created = rows_int64(r[1], 0, "created");
	report->updated = rows_int64(r[1], 0, "updated");
	report->unchanged = rows_int64(r[1], 0, "unchanged");
	report->duplicates = rows_int64(r[1], 0, "duplicates");
	report->rejected = rows_int64(r[1], 0, "rejected");
	report->warned = rows_int64(r[1], 0, "warned");
	if (report->rejected != rejected &&
	    read_errors(db, m->import_id, report, e) != 0)
		return -1;
	return report->warned + (int64_t)report->file_warnings.n == 0 ? 0 :
	    stage_merge_warnings(db, m->import_id, report, e);
}
