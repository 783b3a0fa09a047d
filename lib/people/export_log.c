/* Record exports in the audit log. */
#include "db/db.h"
#include "export_log.h"
#include "record/field.h"
#include "record/json.h"

#define DETAILS_MAX	(64 * 1024)	/* of an entry, in bytes */

static const struct field reason_field = {
	.name = "reason", .kind = KIND_TEXT, .max = 255
};

/* Add an entry, on the primary; details is a JSON object. */
static int
add_entry(struct req *rq, const char *table, const char *details,
    struct err *e)
{
	const char	*param[] = { table, details };
	struct rows	*r;

	return db_select(rq->primary, "SELECT export_record($1, $2::jsonb)", 2,
	    param, &r, e);
}

int
export_log_begin(struct req *rq, const char *table, struct err *e)
{
	const struct pair	*given = form_find(&rq->query, "reason");
	const char		*reason = NULL;
	struct buf		 b;
	bool			 more = false;

	if (rq->head)
		return 0;
	if (given != NULL && field_check(&reason_field, rq->arena,
	    given->value, given->len, &reason, e) != 0)
		return -1;
	buf_init_in(&b, rq->arena, DETAILS_MAX);
	buf_adds(&b, "{\"path\":");
	json_add_string(&b, rq->path, strlen(rq->path));
	buf_adds(&b, ",\"filter\":{");
	for (size_t i = 0; i < rq->query.n; i++) {
		const struct pair	*p = &rq->query.pair[i];

		if (p == given)
			continue;
		buf_adds(&b, more ? "," : "");
		json_add_string(&b, p->name, strlen(p->name));
		buf_addc(&b, ':');
		json_add_string(&b, p->value, p->len);
		more = true;
	}
	buf_adds(&b, "},\"reason\":");
	if (reason == NULL)
		buf_adds(&b, "null");
	else
		json_add_string(&b, reason, strlen(reason));
	buf_addc(&b, '}');
	if (b.failed)
		return err_detail(e, ERR_INTERNAL, "the filter of an export "
		    "is too long to record");
	return add_entry(rq, table, buf_str(&b), e);
}

int
export_log_end(struct req *rq, const char *table, int64_t rows, struct err *e)
{
	if (rq->head)
		return 0;
	return add_entry(rq, table, arena_printf(rq->arena, "{\"rows\":%lld}",
	    (long long)rows), e);
}
