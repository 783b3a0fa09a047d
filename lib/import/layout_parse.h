/* The text of a layout file, in the form that etc/layouts/nc.conf explains. */
#ifndef IMPORT_LAYOUT_PARSE_H
#define IMPORT_LAYOUT_PARSE_H

#include "layout.h"

/*
 * Initialise *l and parse a layout's text into it, except for its name.  Return
 * NULL on success, else a description of the first error, in the arena; it can
 * follow the name of the file in a sentence.  *line is then the line of the
 * error, or 0.
 */
const char *layout_parse(struct layout *l, struct arena *, const char *text,
	    int *line);

#endif
