/* Choosing a layout by the headings of a file. */
#ifndef IMPORT_RECOGNISE_H
#define IMPORT_RECOGNISE_H

#include "layout.h"

/*
 * Set *l to the layout of the folder whose headings to recognise are all in
 * this row; if several match, to the one with the most.  If none matches *l
 * stays unchanged.  A broken layout is skipped, and broken() is called with a
 * sentence about it.
 */
void	 layout_recognise(struct layout *, struct arena *, const char *dir,
	    const struct row *header, void (*broken)(const char *));

#endif
