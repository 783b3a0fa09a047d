/*
 * The result of an import: counts, errors, warnings.  The response of an upload
 * is made in answer.c, the output of a command in cli/import_report.c.
 */
#include "report.h"

void
report_init(struct report *r, struct arena *a)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
	notes_init(&r->errors, a);
	notes_init(&r->file_warnings, a);
	notes_init(&r->warnings, a);
	unknowns_init(&r->unknown, a);
}

void
report_error(struct report *r, int64_t line, const char *column,
    const char *message)
{
	notes_add(&r->errors, line, column, NULL, 0, message);
}

void
report_file_warning(struct report *r, const char *message)
{
	notes_add(&r->file_warnings, 1, "", NULL, 0, message);
}

void
report_warnings(struct report *r, int64_t line, const struct notes *l)
{
	r->warned += l->n > 0;
	for (size_t i = 0; i < l->n && r->warnings.n < NOTES_MAX; i++) {
		const struct note	*n = &l->note[i];

		notes_add(&r->warnings, line, n->column, n->value,
		    n->value != NULL ? strlen(n->value) : 0, n->message);
	}
}

/* Append notes as JSON, separated by commas; *count is their number so far. */
static void
write_notes(const struct notes *l, bool value, size_t *count, struct buf *b)
{
	for (size_t i = 0; i < l->n && *count < NOTES_MAX; i++) {
		buf_addf(b, "%s{\"line\":%lld,", (*count)++ > 0 ? "," : "",
		    (long long)l->note[i].line);
		note_write(&l->note[i], value, b);
		buf_addc(b, '}');
	}
}

void
report_notes(struct buf *b, const char *name, const struct notes *l)
{
	size_t	 count = 0;

	buf_addf(b, ",\"%s\":[", name);
	write_notes(l, false, &count, b);
	buf_addc(b, ']');
}

void
report_write(const struct report *r, struct buf *b)
{
	size_t	 count = 0;

	buf_addf(b, "\"rows\":%lld,\"created\":%lld,\"updated\":%lld,"
	    "\"unchanged\":%lld,\"duplicates\":%lld,\"rejected\":%lld,"
	    "\"warned\":%lld,\"errors\":[",
	    (long long)r->rows, (long long)r->created, (long long)r->updated,
	    (long long)r->unchanged, (long long)r->duplicates,
	    (long long)r->rejected, (long long)r->warned);
	write_notes(&r->errors, false, &count, b);
	buf_adds(b, "],\"warnings\":[");
	count = 0;
	write_notes(&r->file_warnings, true, &count, b);
	write_notes(&r->warnings, true, &count, b);
	buf_adds(b, "],\"unknown_values\":");
	unknowns_write(&r->unknown, b);
}
