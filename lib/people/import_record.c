/*
 * Lists of imports, and what they noted about rows.  import_undo.c changes what
 * an import did; lib/import runs imports.
 */
#include "export.h"
#include "import_record.h"
#include "rest/doc.h"
#include "rest/resource.h"

const char *const import_modes[] = { "update", "fill", "skip", NULL };
const char *const import_states[] = { "running", "done", "failed", NULL };

static const struct field fields[] = {
	IMPORT_FIELDS(FIELD_ROW, IMPORT)
};

const struct schema import_schema = {
	.table = "import_log",
	.one = "import",
	.many = "imports",
	.key = "import_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT, .low = 1,
	    .high = INT64_MAX }, "t.campaign_id = ?1" },
	{ { .name = "user_id", .kind = KIND_INT, .low = 1,
	    .high = INT64_MAX }, "t.user_id = ?1" },
	{ { .name = "state", .kind = KIND_CHOICE, .choices = import_states },
	  "t.state = ?1" },
	{ { .name = "layout", .kind = KIND_TEXT, .max = 50 },
	  "t.layout = ?1" },
};

const struct list import_list = {
	.schema = &import_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

static const struct field reject_fields[] = {
	{ .name = "line", .kind = KIND_INT, .flags = F_SERVER },
	{ .name = "column_name", .kind = KIND_TEXT, .max = 100,
	  .flags = F_SERVER },
	{ .name = "message", .kind = KIND_TEXT, .flags = F_SERVER },
	{ .name = "raw", .kind = KIND_TEXT, .flags = F_SERVER },
};

const struct schema reject_schema = {
	.table = "import_rejects",
	.field = reject_fields,
	.n = ARRAY_LEN(reject_fields),
};

static const struct field warning_fields[] = {
	{ .name = "line", .kind = KIND_INT, .flags = F_SERVER },
	{ .name = "column_name", .kind = KIND_TEXT, .max = 100,
	  .flags = F_SERVER },
	{ .name = "value", .kind = KIND_TEXT, .flags = F_SERVER },
	{ .name = "message", .kind = KIND_TEXT, .flags = F_SERVER },
};

const struct schema warning_schema = {
	.table = "import_warnings",
	.field = warning_fields,
	.n = ARRAY_LEN(warning_fields),
};

static const struct field collapsed_fields[] = {
	{ .name = "line", .kind = KIND_INT, .flags = F_SERVER },
	{ .name = "kept_line", .kind = KIND_INT, .flags = F_SERVER },
};

const struct schema collapsed_schema = {
	.table = "import_collapsed",
	.field = collapsed_fields,
	.n = ARRAY_LEN(collapsed_fields),
};

/* Mark imports whose process has died as failed. */
static int
reap(struct req *rq, struct err *e)
{
	struct rows	*r;

	return db_select(rq->db, "SELECT import_reap()", 0, NULL, &r, e);
}

int
import_list_answer(struct req *rq, struct resp *rs, struct err *e)
{
	if (reap(rq, e) != 0)
		return -1;
	return list_answer(rq, rs, &import_list, NULL, e);
}

int
import_get_answer(struct req *rq, struct resp *rs, struct err *e)
{
	if (reap(rq, e) != 0)
		return -1;
	return resource_get(rq, rs, &import_schema, rq->path_id[0], e);
}

/* Stream the rows of an import in a table, by line, as CSV. */
static int
stream_lines(struct req *rq, struct resp *rs, const struct schema *schema,
    const char *name, struct err *e)
{
	const char	*id = doc_id(rq->arena, rq->path_id[0]);
	struct sql	 from;
	struct rows	*seen;

	if (db_select(rq->db, "SELECT FROM imports WHERE import_id = $1", 1,
	    &id, &seen, e) != 0)
		return -1;
	if (rows_count(seen) == 0)
		return err_set(e, ERR_NOT_FOUND,
		    "Import with ID %s not found.", id);
	sql_init(&from, rq->arena);
	sql_bind(&from, arena_printf(rq->arena, "FROM %s t WHERE "
	    "t.import_id = ?1 ORDER BY t.line", schema->table), id);
	return export_stream(rq, rs, schema, 0, &from,
	    arena_printf(rq->arena, "import-%s-%s", id, name), e);
}

int
import_rejects_answer(struct req *rq, struct resp *rs, struct err *e)
{
	return stream_lines(rq, rs, &reject_schema, "rejects", e);
}

int
import_warnings_answer(struct req *rq, struct resp *rs, struct err *e)
{
	return stream_lines(rq, rs, &warning_schema, "warnings", e);
}

int
import_collapsed_answer(struct req *rq, struct resp *rs, struct err *e)
{
	return stream_lines(rq, rs, &collapsed_schema, "collapsed", e);
}
