/*
 * Guessing the delimiter and the quoting of a file from its beginning.  The
 * encoding is detected in decode.c.
 */
#include "reader.h"
#include "sniff.h"

/* Cells counted with one combination of delimiter and quoting. */
struct tally {
	size_t	 cells;		/* of the current line */
	size_t	 first;		/* of the first line */
	size_t	 lines;
	size_t	 same;		/* lines with as many cells as the first */
};

static void
tally_cell(void *s, size_t n, void *user)
{
	struct tally	*t = user;

	(void)s;
	(void)n;
	t->cells++;
}

static void
tally_row(int c, void *user)
{
	struct tally	*t = user;

	(void)c;
	if (t->lines++ == 0)
		t->first = t->cells;
	t->same += t->cells == t->first;
	t->cells = 0;
}

void
reader_sniff(const char *text, size_t n, char *delimiter, bool *quoted)
{
	static const char	 candidates[] = ",\t|;";
	struct csv_parser	 csv;
	double			 best = -1;

	if (n > 64 * 1024)
		n = 64 * 1024;
	*delimiter = ',';
	*quoted = true;
	for (size_t i = 0; i < sizeof(candidates) - 1; i++) {
		for (int quote = 1; quote >= 0; quote--) {
			struct tally	 t = { 0 };
			double		 score;

			if (csv_init(&csv, 0) != 0)
				return;
			csv_set_delim(&csv, (unsigned char)candidates[i]);
			csv_set_quote(&csv, quote ? '"' : READER_NO_QUOTE);
			csv_parse(&csv, text, n, tally_cell, tally_row, &t);
			csv_free(&csv);
			if (t.lines == 0) {
				/* A single line without a line end. */
				t.lines = t.same = 1;
				t.first = t.cells + 1;
			}
			if (t.first < 2)
				continue;
			/* The share of lines with equally many cells decides;
			 * among equals the number of cells, then quoting. */
			score = (double)t.same / (double)t.lines +
			    (double)t.first / 100000 + quote * 0.0001;
			/* With an unclosed quotation mark the text is a
			 * single line, whose share is 1. */
			score *= t.lines > 1 || n < 1000 ? 1 : 0.5;
			if (score > best) {
				best = score;
				*delimiter = candidates[i];
				*quoted = quote;
			}
		}
	}
}
