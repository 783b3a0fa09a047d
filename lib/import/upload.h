/* A voter file that is uploaded as the body of a request. */
#ifndef IMPORT_UPLOAD_H
#define IMPORT_UPLOAD_H

#include "http/req.h"
#include "http/resp.h"

/* The query parameters of an upload; NULL after the last. */
extern const char *const upload_params[];

/*
 * Handle POST /voters/upload: multipart/form-data with the part "file" and
 * options, or the file as the whole body and options in the query.  200 with
 * the counts after the commit; 400, 403, 404, 415 or 422 if nothing was
 * imported.
 */
int	 upload_answer(struct req *, struct resp *, struct err *);

#endif
