/* The result of an import: counts, errors, warnings. */
#include "record/json.h"
#include "report.h"

void
report_init(struct report *r, struct arena *a)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
}

static void
note(struct report *r, struct report_note *n, int64_t line,
    const char *column, const char *message)
{
	*n = (struct report_note){ line, arena_strdup(r->arena, column),
	    arena_strdup(r->arena, message) };
}

void
report_error(struct report *r, int64_t line, const char *column,
    const char *message)
{
	if (r->nerrors < REPORT_NOTES)
		note(r, &r->error[r->nerrors++], line, column, message);
}

void
report_warning(struct report *r, int64_t line, const char *column,
    const char *message)
{
	if (r->nwarnings < REPORT_NOTES)
		note(r, &r->warning[r->nwarnings], line, column, message);
	r->nwarnings++;
}

void
report_notes(struct buf *b, const char *name, const struct report_note *list,
    size_t n)
{
	buf_addf(b, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		buf_addf(b, "%s{\"line\":%lld,\"column\":", i > 0 ? "," : "",
		    (long long)list[i].line);
		if (*list[i].column == '\0')
			buf_adds(b, "null");
		else
			json_add_string(b, list[i].column,
			    strlen(list[i].column));
		buf_adds(b, ",\"message\":");
		json_add_string(b, list[i].message, strlen(list[i].message));
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

void
report_write(const struct report *r, struct buf *b)
{
	buf_addf(b, "\"rows\":%lld,\"created\":%lld,\"updated\":%lld,"
	    "\"unchanged\":%lld,\"duplicates\":%lld,\"rejected\":%lld",
	    (long long)r->rows, (long long)r->created, (long long)r->updated,
	    (long long)r->unchanged, (long long)r->duplicates,
	    (long long)r->rejected);
	report_notes(b, "errors", r->error, r->nerrors);
	report_notes(b, "warnings", r->warning, r->nwarnings < REPORT_NOTES ?
	    (size_t)r->nwarnings : REPORT_NOTES);
}
