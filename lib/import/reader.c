/*
 * Splitting the text of a voter file into rows and cells.  decode.c converts
 * the bytes, sniff.c guesses the delimiter.
 */
#include "core/text.h"
#include "reader.h"

#define WINDOW	(256 * 1024)

/* States of libcsv's parser, for which its header has no names. */
#define ROW_NOT_BEGUN	0
#define FIELD_BEGUN	2

static void
on_cell(void *s, size_t n, void *user)
{
	struct reader	*r = user;

	if (r->n < READER_CELLS) {
		buf_add(&r->text, s, n);
		r->offset[r->n + 1] = r->text.len;
	}
	r->n++;
}

static void
on_row(int c, void *user)
{
	struct reader	*r = user;

	(void)c;
	r->done = true;
}

/*
 * Move the current row to the beginning of the buffer and read more text.
 * Return 0 also if the buffer is full or the file has ended.
 */
static int
fill(struct reader *r, struct err *e)
{
	ssize_t	 got;

	if (r->row > 0) {
		memmove(r->in, r->in + r->row, r->end - r->row);
		r->at -= r->row;
		r->end -= r->row;
		r->base += (int64_t)r->row;
		r->row = 0;
	}
	if (r->eof || r->cap - r->end < 64)
		return 0;
	got = decoder_read(&r->decoder, r->in + r->end, r->cap - r->end, e);
	if (got == -1)
		return -1;
	if (got == 0)
		r->eof = true;
	r->end += (size_t)got;
	return 0;
}

int
reader_open(struct reader *r, struct arena *a, struct source *source,
    const char *encoding, struct err *e)
{
	memset(r, 0, sizeof(*r));
	r->decoder.cd = (iconv_t)-1;
	buf_init(&r->text, 2 * READER_ROW);
	r->line = 1;
	r->cap = READER_ROW + WINDOW;
	r->in = arena_alloc(a, r->cap);
	if (csv_init(&r->csv, 0) != 0)
		return err_detail(e, ERR_INTERNAL, "csv_init");
	reader_set(r, ',', true);
	if (decoder_open(&r->decoder, a, source, encoding, e) != 0)
		return -1;
	return fill(r, e);
}

void
reader_close(struct reader *r)
{
	decoder_close(&r->decoder);
	csv_free(&r->csv);
	buf_release(&r->text);
}

int64_t
reader_bytes(const struct reader *r)
{
	return r->decoder.bytes;
}

void
reader_sha256(struct reader *r, unsigned char *out)
{
	EVP_DigestFinal_ex(r->decoder.digest, out, NULL);
}

void
reader_set(struct reader *r, char delimiter, bool quoted)
{
	r->delimiter = delimiter;
	r->quoted = quoted;
	csv_set_delim(&r->csv, (unsigned char)delimiter);
	csv_set_quote(&r->csv, quoted ? '"' : READER_NO_QUOTE);
}

void
reader_set_fixed(struct reader *r, const struct span *span, size_t n)
{
	r->span = span;
	r->nspan = n;
}

/* Discard what libcsv holds of an unfinished row. */
static void
reset_parser(struct reader *r)
{
	csv_free(&r->csv);
	csv_init(&r->csv, 0);
	reader_set(r, r->delimiter, r->quoted);
}

/*
 * Return the length of the line at "at" including its end (LF, CR LF or CR),
 * or 0 if its end has not been read yet.
 */
static size_t
line_length(const struct reader *r)
{
	const char	*p = r->in + r->at, *end = r->in + r->end, *cr, *lf;

	lf = memchr(p, '\n', (size_t)(end - p));
	cr = memchr(p, '\r', (size_t)((lf != NULL ? lf : end) - p));
	if (cr == NULL)
		return lf != NULL ? (size_t)(lf - p) + 1 : 0;
	if (cr + 1 == lf)
		return (size_t)(lf - p) + 1;
	/* An LF may follow this CR in the text not yet read. */
	if (cr + 1 == end && !r->eof)
		return 0;
	return (size_t)(cr - p) + 1;
}

/* Note the line that ends at "at" if a second encoding begins in it. */
static void
note_mixed(struct reader *r)
{
	if (r->decoder.mixed_at > 0 && r->mixed_line == 0 &&
	    r->base + (int64_t)r->at > r->decoder.mixed_at)
		r->mixed_line = r->line;
}

/* Return the first n bytes of the current row as a row with a fault. */
static int
unreadable(struct reader *r, struct row *row, size_t n, const char *why)
{
	const char	*raw = r->in + r->row;

	while (n > 0 && (raw[n - 1] == '\n' || raw[n - 1] == '\r'))
		n--;
	*row = (struct row){ .line = r->row_line, .raw = raw, .raw_len = n,
	    .fault = why };
	reset_parser(r);
	return 1;
}

/*
 * An unclosed quotation mark has swallowed the following lines.  Report only
 * the first line as unreadable, and parse the following lines again.
 */
static int
unclosed_quote(struct reader *r, struct row *row)
{
	r->at = r->row + r->first_line;
	r->line = r->row_line + 1;
	return unreadable(r, row, r->first_line,
	    "A cell begins with a quotation mark that is never closed.");
}

/* Skip a line that is longer than READER_ROW, up to its end. */
static int
skip_long(struct reader *r, struct row *row, struct err *e)
{
	size_t	 n, kept = READER_ROW;

	/* Keep the first READER_ROW bytes as the row's raw text. */
	for (;;) {
		r->at = r->row + kept;
		if ((n = line_length(r)) > 0)
			break;
		if (r->eof) {
			n = r->end - r->at;
			break;
		}
		/* Discard the rest, but keep a final CR: its LF may follow. */
		r->base += (int64_t)(r->end - r->at);
		if (r->end > r->at && r->in[r->end - 1] == '\r') {
			r->base--;
			r->in[r->at] = '\r';
			r->end = r->at + 1;
		} else {
			r->end = r->at;
		}
		if (fill(r, e) != 0)
			return -1;
	}
	r->at += n;
	r->line = r->row_line + 1;
	return unreadable(r, row, kept, "The row is longer than 1 MiB.");
}

/* Return the row that libcsv has ended. */
static int
complete_row(struct reader *r, struct row *row)
{
	size_t	 n = r->at - r->row;

	if (r->n > READER_CELLS)
		return unreadable(r, row, n, "The row has too many cells.");
	for (size_t i = 0; i < r->n; i++)
		r->cell[i] = (struct cell){ buf_str(&r->text) + r->offset[i],
		    r->offset[i + 1] - r->offset[i] };
	*row = (struct row){ .line = r->row_line, .cell = r->cell,
	    .n = r->n, .raw = r->in + r->row };
	while (n > 0 && (row->raw[n - 1] == '\n' || row->raw[n - 1] == '\r'))
		n--;
	row->raw_len = n;
	return 1;
}

/*
 * Return where the character with this number begins in n bytes of UTF-8; n if
 * the text is shorter.
 */
static size_t
character(const char *p, size_t n, size_t number)
{
	size_t	 i = 0;

	while (i < n && ((p[i] & 0xc0) == 0x80 || number-- > 0))
		i++;
	return i;
}

/* Read the next line that is not empty, and cut it into the spans. */
static int
next_fixed(struct reader *r, struct row *row, struct err *e)
{
	const char	*p;
	size_t		 n, len = 0, from, to;
	bool		 ascii = true;

	while (len == 0) {
		r->row = r->at;
		r->row_line = r->line;
		while ((n = line_length(r)) == 0 && !r->eof) {
			if (r->end - r->at > READER_ROW)
				return skip_long(r, row, e);
			if (fill(r, e) != 0)
				return -1;
		}
		if (n == 0 && (n = r->end - r->at) == 0)
			return 0;
		p = r->in + r->at;
		for (len = n; len > 0 && (p[len - 1] == '\n' ||
		    p[len - 1] == '\r'); len--)
			;
		r->at += n;
		note_mixed(r);
		r->line++;
	}
	for (size_t i = 0; i < len; i++)
		ascii &= (unsigned char)p[i] < 0x80;
	for (size_t i = 0; i < r->nspan; i++) {
		from = r->span[i].start;
		to = from + r->span[i].n;
		if (!ascii) {
			from = character(p, len, from);
			to = character(p, len, to);
		}
		if (from > len)
			from = len;
		if (to > len)
			to = len;
		r->cell[i] = (struct cell){ p + from, to - from };
	}
	*row = (struct row){ .line = r->row_line, .cell = r->cell,
	    .n = r->nspan, .raw = p, .raw_len = len };
	return 1;
}

int
reader_next(struct reader *r, struct row *row, struct err *e)
{
	size_t	 n;
	bool	 last = false;

	if (r->span != NULL)
		return next_fixed(r, row, e);
	r->row = r->at;
	r->row_line = r->line;
	r->n = 0;
	r->text.len = 0;
	r->done = false;
	for (;;) {
		while ((n = line_length(r)) == 0 && !r->eof) {
			if (r->at - r->row == 0 && r->end - r->at > READER_ROW)
				return skip_long(r, row, e);
			if (r->end - r->row > READER_ROW)
				return unclosed_quote(r, row);
			if (fill(r, e) != 0)
				return -1;
		}
		if (n == 0) {
			n = r->end - r->at;
			last = true;
		}
		if (r->at == r->row)
			r->first_line = n;
		if (csv_parse(&r->csv, r->in + r->at, n, on_cell, on_row,
		    r) != n)
			return err_detail(e, ERR_INTERNAL, "libcsv: %s",
			    csv_strerror(csv_error(&r->csv)));
		r->at += n;
		note_mixed(r);
		r->line += n > 0;
		if (last && !r->done) {
			if (r->csv.pstate == FIELD_BEGUN && r->csv.quoted)
				return unclosed_quote(r, row);
			csv_fini(&r->csv, on_cell, on_row, r);
			if (!r->done)
				return 0;
		}
		if (r->done)
			return complete_row(r, row);
		if (r->csv.pstate == ROW_NOT_BEGUN) {
			/* An empty line. */
			r->row = r->at;
			r->row_line = r->line;
		} else if (r->line - r->row_line >= READER_LINES ||
		    r->at - r->row > READER_ROW) {
			return unclosed_quote(r, row);
		}
	}
}

char
reader_delimiter(const char *s, size_t n)
{
	static const struct { const char *word; char c; } words[] = {
		{ "tab", '\t' }, { "\\t", '\t' }, { "\t", '\t' },
		{ "comma", ',' }, { ",", ',' }, { "bar", '|' },
		{ "pipe", '|' }, { "|", '|' }, { "semicolon", ';' },
		{ ";", ';' },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_is(s, n, words[i].word))
			return words[i].c;
	return '\0';
}

bool
row_text(const struct row *row, size_t cell, const char **s, size_t *n)
{
	if (cell >= row->n)
		return false;
	*s = row->cell[cell].p;
	*n = row->cell[cell].n;
	text_trim(s, n);
	return *n > 0;
}

bool
row_is_blank(const struct row *row)
{
	const char	*s;
	size_t		 n;

	for (size_t i = 0; i < row->n; i++)
		if (row_text(row, i, &s, &n))
			return false;
	return row->fault == NULL;
}
