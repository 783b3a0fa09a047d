/* Receiving files of opt-outs, as a form's file or the body of a request. */
#ifndef IMPORT_OPT_OUT_UPLOAD_H
#define IMPORT_OPT_OUT_UPLOAD_H

#include "http/req.h"
#include "http/resp.h"

/*
 * POST /voters/opt-outs/upload: add the opt-outs of a file, which is a form's
 * file or the whole body.  200 with the counts, or 422 with the same document
 * if every row was rejected.
 */
extern const char *const opt_out_upload_params[];
int	 opt_out_upload(struct req *, struct resp *, struct err *);

#endif
