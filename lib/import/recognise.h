/* Choosing a layout by the headings of a file. */
#ifndef IMPORT_RECOGNISE_H
#define IMPORT_RECOGNISE_H

#include "layout.h"

/*
 * Set *l to the layout in dir that matches the header row: all headings in its
 * recognise list are in the row.  If several match, take the one with the most
 * headings; if none, leave *l unchanged.  Skip broken layouts, and call
 * broken() with a message about each.  Return the number of its headings.
 */
size_t	 layout_recognise(struct layout *, struct arena *, const char *dir,
	    const struct row *header, void (*broken)(const char *));

#endif
