/* A voter file that is uploaded as the body of a request. */
#ifndef IMPORT_UPLOAD_H
#define IMPORT_UPLOAD_H

#include "http/req.h"
#include "http/resp.h"

/* The query parameters of an upload; NULL after the last. */
extern const char *const upload_params[];

/*
 * Check that the caller may import into the campaign that the query names, or,
 * without one, into any campaign: 403 or 404.  This is done before the body is
 * read, because a slow client keeps the process busy.
 */
int	 upload_check(struct req *, const char *campaign_id, struct err *)
	    MUST_USE;

/* May a body of this type be a file?  If it is no form either, refuse it. */
bool	 upload_is_text(const char *type);
int	 upload_refuse(const char *type, struct err *) MUST_USE;

/*
 * Handle POST /voters/upload: multipart/form-data with the part "file" and
 * options, or the file as the whole body and options in the query.  200 with
 * the counts after the commit; 400, 403, 404, 415 or 422 if nothing was
 * imported.
 */
int	 upload_answer(struct req *, struct resp *, struct err *);

#endif
