/*
 * The rows of a voter file.  libcsv splits them into cells; the reader adds
 * what libcsv does not do: line numbers, the raw text of each row, and a
 * recovery from unclosed quotation marks and from rows that are too long.
 */
#ifndef IMPORT_READER_H
#define IMPORT_READER_H

#include <csv.h>

#include "core/buf.h"
#include "decode.h"

#define READER_ROW	(1024 * 1024)	/* most bytes of a row */
#define READER_LINES	100		/* most lines that a row may span */
#define READER_CELLS	2000		/* most cells of a row */
#define READER_NO_QUOTE	0xff		/* a byte that never occurs in UTF-8 */

/* Text of n bytes; not NUL-terminated. */
struct cell {
	const char	*p;
	size_t		 n;
};

struct row {
	int64_t		 line;		/* number of its first line, from 1 */
	struct cell	*cell;
	size_t		 n;		/* number of cells */
	const char	*raw;		/* unsplit, without the line break */
	size_t		 raw_len;
	const char	*fault;		/* why it has no cells, or NULL */
};

/* A column of a file of fixed widths, in characters. */
struct span {
	size_t		 start;		/* from 0 */
	size_t		 n;
};

struct reader {
	struct decoder	 decoder;
	struct csv_parser csv;
	char		 delimiter;
	bool		 quoted;	/* a cell may be quoted with " */
	const struct span *span;	/* NULL: the file has delimiters */
	size_t		 nspan;
	char		*in;		/* decoded text */
	size_t		 cap;		/* size of in */
	size_t		 at;		/* start of the text not yet parsed */
	size_t		 end;		/* end of the text */
	bool		 eof;
	int64_t		 base;		/* decoded bytes before "in" */
	int64_t		 mixed_line;	/* of the first text in a second
					 * encoding; 0: there is none */
	size_t		 row;		/* start of the current row */
	size_t		 first_line;	/* length of its first line */
	int64_t		 line;		/* number of the line at "at" */
	int64_t		 row_line;	/* number of the row's first line */
	bool		 done;		/* libcsv has ended the row */
	struct buf	 text;		/* the cells' text, concatenated */
	size_t		 offset[READER_CELLS + 1]; /* of each cell in it */
	struct cell	 cell[READER_CELLS];
	size_t		 n;		/* number of cells so far */
};

/*
 * Start reading: decode the first bytes, so that reader_sniff() can look at
 * them (in, end) before reader_set().  encoding as for decoder_open(), which
 * also determines the errors.  Buffers live in the arena.  Call reader_close()
 * also after a failure.
 */
int	 reader_open(struct reader *, struct arena *, struct source *,
	    const char *encoding, struct err *) MUST_USE;
void	 reader_close(struct reader *);

/* Return the number of bytes read from the source so far. */
int64_t	 reader_bytes(const struct reader *);

/* Finish the SHA-256 of all bytes read; out has 32 bytes.  Call it once. */
void	 reader_sha256(struct reader *, unsigned char *out);

/* Set the delimiter, and whether cells may be quoted with ". */
void	 reader_set(struct reader *, char delimiter, bool quoted);

/*
 * Split each line into these spans instead, which must outlive the reader.  A
 * line that ends before a span has no text there.
 */
void	 reader_set_fixed(struct reader *, const struct span *, size_t n);

/*
 * Read the next row that is not an empty line.  Return 1, 0 at the end of the
 * file, or -1 if reading fails.  The row is valid until the next call.
 *
 * A row that cannot be split has a fault and no cells.  If a quotation mark is
 * not closed, only the first line of the row has the fault, and the next call
 * reads from the second.
 */
int	 reader_next(struct reader *, struct row *, struct err *) MUST_USE;

/*
 * Return the delimiter that a name such as "tab", "comma", "pipe" or
 * "semicolon", or the character itself, stands for; NUL for anything else.
 */
char	 reader_delimiter(const char *, size_t n);

/*
 * Get a cell's text without surrounding white space.  Return false if the text
 * is empty or the row has no such cell.  Cells are counted from 0.
 */
bool	 row_text(const struct row *, size_t cell, const char **, size_t *n);

/*
 * Return true if all cells are empty, as in the empty lines that spreadsheets
 * write.  A row with a fault is not blank.
 */
bool	 row_is_blank(const struct row *);

#endif
