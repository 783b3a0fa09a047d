/* Guessing the delimiter and the quoting of a file from its beginning. */
#ifndef IMPORT_SNIFF_H
#define IMPORT_SNIFF_H

#include "core/base.h"

/*
 * Guess the delimiter, and whether cells are quoted, from the start of a file.
 * Take the pair for which the most lines have as many cells as the first line.
 * If no delimiter splits the first line, set a comma and quotes.
 */
void	 reader_sniff(const char *text, size_t n, char *delimiter,
	    bool *quoted);

#endif
