/* The files of etc/layouts/. */
#ifndef IMPORT_LAYOUT_FILE_H
#define IMPORT_LAYOUT_FILE_H

#include "layout.h"

/*
 * Read the layout NAME from dir/NAME.conf.  400 if there is no such layout;
 * 422, slug "layout_broken", if it has an error, with the line.
 */
int	 layout_load(struct layout *, struct arena *, const char *dir,
	    const char *name, struct err *) MUST_USE;

/*
 * Call take() for each layout of the folder: with the layout, which is read
 * into the storage given here, or with NULL and the error.  Return -1 if the
 * folder cannot be read; errno says why.
 */
int	 layout_each(struct layout *, struct arena *, const char *dir,
	    void (*take)(struct layout *, const struct err *, void *),
	    void *ctx);

#endif
