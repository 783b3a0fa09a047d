/* Cells of comma-separated values (RFC 4180) that spreadsheets can open. */
#ifndef RECORD_CSV_H
#define RECORD_CSV_H

#include "core/arena.h"
#include "core/buf.h"

/*
 * Append a cell of n bytes, quoted if necessary; NULL is a blank cell.  The
 * separator is not added.  A ' is put in front of text that a spreadsheet
 * would run as a formula: at the beginning of the cell, and after each
 * semicolon, tab and line break, where a spreadsheet with that separator
 * begins another cell.  A cell that is a number with a sign, such as a
 * telephone number, is not changed.
 */
void	 csv_add_cell(struct buf *, const char *, size_t n);

/*
 * Remove each ' that csv_add_cell() added, from *n bytes, and set *n to the new
 * length.  Return the text that csv_add_cell() was given: in the arena if it is
 * different, else the argument.
 */
const char *csv_unguard(struct arena *, const char *, size_t *n);

#endif
