/* The report that cerberus import prints about a file. */
#include <json-c/json.h>
#include <stdio.h>

#include "import/columns.h"
#include "import_report.h"

static void
print_counts(const struct import *im, const char *path, int64_t ms)
{
	const struct report	*r = &im->report;

	printf("%s: import %s%s, %lld rows: %lld created, %lld updated, "
	    "%lld unchanged, %lld duplicates, %lld rejected (%lld rows/s)\n",
	    path, im->progress.id, im->opt.dry_run ? " (dry run)" : "",
	    (long long)r->rows, (long long)r->created, (long long)r->updated,
	    (long long)r->unchanged, (long long)r->duplicates,
	    (long long)r->rejected, (long long)(r->rows * 1000 / (ms + 1)));
	if (r->warned > 0)
		printf("%s: %lld rows were accepted with a warning\n", path,
		    (long long)r->warned);
}

/* Print the counts of votes, if the file has any. */
static void
print_votes(const struct import *im, const char *path)
{
	static const struct {
		const char	*key, *label;
	} counts[] = {
		{ "added", "votes added" }, { "changed", "changed" },
		{ "unchanged", "unchanged" },
		{ "unknown", "unknown voters" }, { "none", "without a vote" },
	};
	struct json_object	*o, *n;

	if (im->history.counts == NULL ||
	    (o = json_tokener_parse(im->history.counts)) == NULL)
		return;
	printf("%s: ", path);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		if (json_object_object_get_ex(o, counts[i].key, &n))
			printf("%s%lld %s", i > 0 ? ", " : "",
			    (long long)json_object_get_int64(n),
			    counts[i].label);
	printf("\n");
	json_object_put(o);
}

/* Print text of a file, without what would control a terminal. */
static void
print_text(FILE *f, const char *s)
{
	for (; *s != '\0'; s++)
		fputc((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s, f);
}

/* Print a line for each column; return how many are not used. */
static size_t
print_columns(const struct import *im)
{
	const struct column	*c = columns_of(&im->plan, im->arena);
	size_t			 unused = 0;

	printf("columns, by the layout %s:\n", im->layout.name != NULL ?
	    im->layout.name : "of the header");
	for (size_t i = 0; i < im->plan.columns; i++) {
		fputs("  ", stdout);
		print_text(stdout, c[i].heading);
		if (c[i].field != NULL)
			printf(" -> %s\n", c[i].field);
		else
			printf(": %s\n", c[i].ignored ?
			    "ignored, a file cannot set it" :
			    im->opt.keep_unmapped ? "kept in custom_fields" :
			    "not used");
		unused += c[i].field == NULL && !c[i].ignored;
	}
	return im->opt.keep_unmapped ? 0 : unused;
}

/* Print a note: "voters.csv:7: date_of_birth: why: the cell". */
static void
print_note(const char *path, const char *kind, const struct note *n)
{
	fprintf(stderr, "%s:%lld: %s%s%s%s", path, (long long)n->line, kind,
	    n->column, *n->column != '\0' ? ": " : "", n->message);
	if (n->value != NULL && *n->value != '\0') {
		fputs(" [", stderr);
		print_text(stderr, n->value);
		fputc(']', stderr);
	}
	fputc('\n', stderr);
}

static void
print_notes(const struct import *im, const char *path)
{
	const struct report	*r = &im->report;
	int64_t			 more;

	for (size_t i = 0; i < r->errors.n; i++)
		print_note(path, "", &r->errors.note[i]);
	more = r->rejected - (int64_t)r->errors.n;
	if (more > 0)
		fprintf(stderr, "%s: and %lld more; GET /voters/imports/%s/"
		    "rejects returns all of them\n", path, (long long)more,
		    im->progress.id);
	for (size_t i = 0; i < r->file_warnings.n; i++)
		print_note(path, "warning: ", &r->file_warnings.note[i]);
	for (size_t i = 0; i < r->warnings.n; i++)
		print_note(path, "warning: ", &r->warnings.note[i]);
	if (r->more_warnings)
		fprintf(stderr, "%s: and more warnings; GET /voters/imports/"
		    "%s/warnings returns all of them\n", path,
		    im->progress.id);
	for (size_t i = 0; i < r->unknown.n; i++) {
		const struct unknown_value	*u = &r->unknown.list[i];

		fprintf(stderr, "%s: unknown value of %s, %lld times: ",
		    path, u->column != NULL ? u->column : "several columns",
		    (long long)u->count);
		print_text(stderr, u->value);
		fputc('\n', stderr);
	}
}

static void
print_advice(const struct import *im, size_t unused)
{
	const struct report	*r = &im->report;

	if (unused > 0)
		fprintf(stderr, "To use one of the %zu other columns, name it: "
		    "--mapping '{\"last_name\": \"its heading\"}'. To keep "
		    "all of them in custom_fields: --keep-unmapped.\n",
		    unused);
	if (r->unknown.n > 0)
		fprintf(stderr, "To say what unknown values mean: --mapping "
		    "'{\"%s\": {\"column\": \"its heading\", \"values\": "
		    "{\"%s\": \"...\"}}}'.\n", r->unknown.list[0].column,
		    r->unknown.list[0].value);
	if (r->rejected > 0)
		fputs("Correct the rejected rows and import the file again: "
		    "what is in already stays as it is.\n", stderr);
	if (im->opt.dry_run)
		fputs("This was a dry run, and nothing is stored. Import the "
		    "file without --dry-run to store it.\n", stderr);
}

void
import_report(const struct import *im, const char *path, int64_t ms)
{
	size_t	 unused;

	print_counts(im, path, ms);
	print_votes(im, path);
	unused = print_columns(im);
	fflush(stdout);
	print_notes(im, path);
	print_advice(im, unused);
}
