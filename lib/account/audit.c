/*
 * The schema and the list of the audit log.  Triggers in sql/ write it;
 * cli/audit.c erases personal data from it.
 */
#include "audit.h"

static const struct field fields[] = {
	AUDIT_FIELDS(FIELD_ROW, AUDIT)
};

const struct schema audit_schema = {
	.table = "audit_log",
	.one = "entry",
	.many = "entries",
	.key = "audit_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "user_id", .kind = KIND_INT, .low = 1,
	    .high = INT64_MAX }, "t.user_id = ?1" },
	{ { .name = "request_id", .kind = KIND_TEXT, .max = 64 },
	  "t.request_id = ?1" },
	{ { .name = "action", .kind = KIND_TEXT, .max = 20 },
	  "t.action = ?1" },
	{ { .name = "table_name", .kind = KIND_TEXT, .max = 63 },
	  "t.table_name = ?1" },
	{ { .name = "row_id", .kind = KIND_INT, .low = 1,
	    .high = INT64_MAX }, "t.row_id = ?1" },
	{ { .name = "import_id", .kind = KIND_INT, .low = 1,
	    .high = INT64_MAX }, "t.import_id = ?1" },
	{ { .name = "since", .kind = KIND_TIME }, "t.at >= ?1" },
	{ { .name = "until", .kind = KIND_TIME }, "t.at < ?1" },
};

const struct list audit_list = {
	.schema = &audit_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

int
audit_list_answer(struct req *rq, struct resp *rs, struct err *e)
{
	const struct pair	*row = form_find(&rq->query, "row_id");
	struct schema		 derived = audit_schema;
	struct list		 of_row = audit_list;
	const struct scope	 block = {
		.where = "t.block = ?1::bigint >> 10",
		.value = row != NULL ? row->value : NULL,
	};

	if (row == NULL)
		return list_answer(rq, rs, &audit_list, NULL, e);
	derived.table = "audit_entries";
	of_row.schema = &derived;
	return list_answer(rq, rs, &of_row, &block, e);
}
