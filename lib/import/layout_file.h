/* The files of etc/layouts/. */
#ifndef IMPORT_LAYOUT_FILE_H
#define IMPORT_LAYOUT_FILE_H

#include "layout.h"

/* May a layout have this name: 1 to 50 letters, digits, - and _? */
bool	 layout_name_valid(const char *name);

/*
 * Read the layout NAME from dir/NAME.conf.  400 if there is no such layout;
 * 422, slug "layout_broken", if it has an error, with the line.
 */
int	 layout_load(struct layout *, struct arena *, const char *dir,
	    const char *name, struct err *) MUST_USE;

/*
 * Call take() for each layout of the folder dir, with the layout or, if it is
 * broken, with NULL and the error.  Each layout is read into the struct given
 * here, which the next one overwrites; its texts stay in the arena.  Return -1
 * if the folder cannot be read; errno says why.
 */
int	 layout_each(struct layout *, struct arena *, const char *dir,
	    void (*take)(struct layout *, const struct err *, void *),
	    void *ctx);

#endif
