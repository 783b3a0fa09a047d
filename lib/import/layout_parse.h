/* The text of a layout file, in the form that etc/layouts/nc.conf explains. */
#ifndef IMPORT_LAYOUT_PARSE_H
#define IMPORT_LAYOUT_PARSE_H

#include "layout.h"

/*
 * Parse a layout's text into *l, which is initialised first; its name stays
 * unset.  Return NULL, or the first error, in the arena: the end of a sentence
 * about the file.  *line is then its line, 0 if it has none.
 */
const char *layout_parse(struct layout *l, struct arena *, const char *text,
	    int *line);

#endif
