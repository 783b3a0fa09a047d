/* The result of an import: errors, warnings, counts. */
#include "record/json.h"
#include "report.h"

static void
note(struct import *im, struct import_note *list, size_t n, int64_t line,
    const char *column, const char *message)
{
	if (n < IMPORT_SHOWN)
		list[n] = (struct import_note){ line,
		    arena_strdup(im->arena, column),
		    arena_strdup(im->arena, message) };
}

void
report_error(struct import *im, int64_t line, const char *column,
    const char *message)
{
	note(im, im->error, im->nerrors, line, column, message);
	im->nerrors += im->nerrors < IMPORT_SHOWN;
}

void
report_warning(struct import *im, int64_t line, const char *column,
    const char *message)
{
	note(im, im->warning, (size_t)im->nwarnings, line, column, message);
	im->nwarnings++;
}

static void
answer_notes(struct buf *b, const char *name, const struct import_note *list,
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
report_answer(const struct import *im, struct buf *b)
{
	const char	*name;

	buf_addf(b, "{\"message\":\"File processed successfully\","
	    "\"import_id\":%s,\"rows\":%lld,\"created\":%lld,"
	    "\"updated\":%lld,\"unchanged\":%lld,\"duplicates\":%lld,"
	    "\"rejected\":%lld", im->id, (long long)im->rows,
	    (long long)im->created, (long long)im->updated,
	    (long long)im->unchanged, (long long)im->duplicates,
	    (long long)im->rejected);
	answer_notes(b, "errors", im->error, im->nerrors);
	answer_notes(b, "warnings", im->warning, im->nwarnings <
	    IMPORT_SHOWN ? (size_t)im->nwarnings : IMPORT_SHOWN);
	buf_adds(b, ",\"unmapped_columns\":[");
	for (size_t i = 0; im->plan.heading != NULL &&
	    i < im->plan.nunmapped; i++) {
		name = im->plan.heading[im->plan.unmapped[i]];
		if (i > 0)
			buf_addc(b, ',');
		json_add_string(b, name, strlen(name));
	}
	buf_adds(b, "],\"layout\":");
	if (im->layout.name != NULL)
		json_add_string(b, im->layout.name, strlen(im->layout.name));
	else
		buf_adds(b, "null");
	buf_addf(b, ",\"dry_run\":%s}", im->opt.dry_run ? "true" : "false");
}
