/* Uploads as a form sends them. */
#ifndef IMPORT_FORM_H
#define IMPORT_FORM_H

#include "call.h"

/* POST of a form with a file of these bytes and "name=value" before or behind. */
struct answer *upload(const char *token, const char *file, size_t n,
	    const char *const *before, const char *const *behind);

/* The same for text; options stand before it. */
struct answer *upload_text(const char *token, const char *text,
	    const char *const *options);

/* A file of tests/data; its length in *n. */
const char *data(const char *name, size_t *n);

#endif
