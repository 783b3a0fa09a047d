/* Comma-separated values for people with spreadsheets (RFC 4180). */
#ifndef RECORD_CSV_H
#define RECORD_CSV_H

#include "core/arena.h"
#include "core/buf.h"

/*
 * One cell, quoted where it must be; NULL is blank.  What a spreadsheet would
 * run as a formula gets a ' in front: at the beginning of the cell, and within
 * it behind a semicolon, a tab or a line break, where a spreadsheet with that
 * separator begins another cell.  A number with a sign, such as a telephone
 * number, stays as it is when it is the whole cell.
 */
void	 csv_add_cell(struct buf *, const char *, size_t n);

/*
 * The text of a cell without the ' that csv_add_cell() added: the exact text
 * that it was given.  Sets *n to its length; a changed text is the arena's.
 */
const char *csv_unguard(struct arena *, const char *, size_t *n);

#endif
