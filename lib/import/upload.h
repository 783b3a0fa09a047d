/* A voter file that comes as the body of a request. */
#ifndef IMPORT_UPLOAD_H
#define IMPORT_UPLOAD_H

#include "http/req.h"
#include "http/resp.h"

/* The query parameters that an upload knows. */
extern const char *const upload_params[];

/*
 * multipart/form-data with the part "file", or the file as the whole body.  200
 * with the import's counts once everything is in.
 */
int	 upload_answer(struct req *, struct resp *, struct err *);

#endif
