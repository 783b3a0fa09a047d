/* Comma-separated values for people with spreadsheets (RFC 4180). */
#ifndef RECORD_CSV_H
#define RECORD_CSV_H

#include "core/buf.h"

/*
 * One cell, quoted where it must be; NULL is blank.  What a spreadsheet would
 * run as a formula gets a ' in front; a number with a sign, such as a telephone
 * number, stays as it is.
 */
void	 csv_add_cell(struct buf *, const char *, size_t n);

#endif
