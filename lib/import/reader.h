/*
 * Rows of a voter file: physical lines counted, cells split by libcsv, and what
 * libcsv cannot tell: a quotation mark that nobody closed, rows without end, the
 * row as it came.
 */
#ifndef IMPORT_READER_H
#define IMPORT_READER_H

#include <csv.h>

#include "core/buf.h"
#include "decode.h"

#define READER_ROW	(1024 * 1024)	/* bytes that a row may have */
#define READER_LINES	100		/* lines that it may span */
#define READER_CELLS	2000

struct cell {
	const char	*p;
	size_t		 n;
};

struct row {
	int64_t		 line;		/* where it starts, from 1 */
	struct cell	*cell;
	size_t		 n;
	const char	*raw;		/* as it came, without line break */
	size_t		 raw_len;
	const char	*fault;		/* why it cannot be read, or NULL */
};

struct reader {
	struct decoder	 decoder;
	struct csv_parser csv;
	char		 delimiter;
	bool		 quoted;	/* " quotes */
	char		*in;		/* decoded text */
	size_t		 cap, at, end;	/* at: what is not split yet */
	bool		 eof;
	size_t		 row;		/* where in "in" the row starts */
	size_t		 first_line;	/* bytes of its first line */
	int64_t		 line;		/* number of the line at "at" */
	int64_t		 row_line;
	bool		 done;		/* libcsv ended the row */
	struct buf	 text;		/* the cells' bytes */
	size_t		 offset[READER_CELLS + 1];
	struct cell	 cell[READER_CELLS];
	size_t		 n;
};

/* Reads the first bytes; delimiter and quotes are to be set then. */
int	 reader_open(struct reader *, struct arena *, struct source *,
	    const char *encoding, struct err *) MUST_USE;
void	 reader_close(struct reader *);

void	 reader_set(struct reader *, char delimiter, bool quoted);

/* 1 and the row, which is valid until the next call; 0 at the end. */
int	 reader_next(struct reader *, struct row *, struct err *) MUST_USE;

/* Of "tab", "comma" and so on, or the character itself; 0 for none of these. */
char	 reader_delimiter(const char *, size_t n);

/*
 * A cell's text without the white space around it; false when nothing is left, or
 * when the row has no such cell.
 */
bool	 row_text(const struct row *, size_t cell, const char **, size_t *n);

/* No text in any cell: what a spreadsheet leaves of an empty line. */
bool	 row_is_blank(const struct row *);

/*
 * The delimiter and whether " quotes, as the beginning of the text suggests:
 * what splits most lines into as many cells as the first.
 */
void	 reader_sniff(const char *text, size_t n, char *delimiter,
	    bool *quoted);

#endif
