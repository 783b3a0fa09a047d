/* Uploads of voter files as a form (multipart/form-data). */
#ifndef IMPORT_FORM_H
#define IMPORT_FORM_H

#include "call.h"

/*
 * Upload a file of n bytes.  before and after are the form's other fields, each
 * "name=value", in front of the file and behind it; NULL, or ends in NULL.
 */
struct answer *upload(const char *token, const char *file, size_t n,
	    const char *const *before, const char *const *after);

/* Upload a text; options are the fields before it. */
struct answer *upload_text(const char *token, const char *text,
	    const char *const *options);

/* Return the contents of a file of tests/data, and its length in *n. */
const char *data(const char *name, size_t *n);

/* Create a campaign with the editor and the viewer, and return its id. */
int64_t	 campaign(const char *name);

#endif
