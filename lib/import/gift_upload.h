/* Receiving files of gifts, as a form's file or the body of a request. */
#ifndef IMPORT_GIFT_UPLOAD_H
#define IMPORT_GIFT_UPLOAD_H

#include "http/req.h"
#include "http/resp.h"

/*
 * POST /donations/import: the gifts of a file.  The file is a part of a form,
 * after the other fields, or the whole body with the options in the query.  200
 * with the counts, or 422 with the same document if every row was rejected;
 * 400, 403, 404, 415 or 422 if nothing was stored.
 */
extern const char *const gift_file_params[];
int	 gift_file_upload(struct req *, struct resp *, struct err *);

#endif
