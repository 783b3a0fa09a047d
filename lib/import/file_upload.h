/*
 * Receiving a file, as a part of a form or as the body of a request.  upload.h
 * receives voter files, whose options may follow them.
 */
#ifndef IMPORT_FILE_UPLOAD_H
#define IMPORT_FILE_UPLOAD_H

#include "decode.h"
#include "http/multipart.h"
#include "http/req.h"

/* What is done with the parts of a request.  ctx is for all functions. */
struct file_upload {
	size_t		 option_max;	/* bytes of an option in a form */
	/* Set an option, from the query or a form. */
	int		(*option)(void *ctx, const char *name,
			    const char *value, size_t n, struct err *);
	/* May a part of this name follow the file?  Return -1 if not. */
	int		(*after)(const char *name, struct err *);
	/* Take the name of a form's file.  NULL: the name is not needed. */
	void		(*name)(void *ctx, const char *);
	/* Read the file, and after the whole body store what was read. */
	int		(*read)(void *ctx, struct source *, struct err *);
	int		(*store)(void *ctx, struct err *);
	void		*ctx;
};

/*
 * Set the options of the query.  This is done first, since file_upload_check()
 * needs the campaign.
 */
int	 file_upload_query(struct req *, const struct file_upload *,
	    struct err *) MUST_USE;

/*
 * Check that the caller has a role in the campaign or, without one, in any
 * campaign: 403 or 404.  This is done before the body is read, because a slow
 * client keeps the process busy.
 */
int	 file_upload_check(struct req *, const char *role,
	    const char *campaign_id, struct err *) MUST_USE;

/*
 * Read the body: options and the file.  Call read() for the file, and store()
 * at the end.  400 or 415 if there is no file.
 */
int	 file_upload_read(struct req *, const struct file_upload *,
	    struct err *) MUST_USE;

/* Sources of the current part of a form, and of the body of a request. */
struct source source_part(struct multipart *);
struct source source_body(struct body *);

/* Check the name of a form's part "file": 400 if no file was chosen. */
int	 file_upload_named(const struct part *, struct err *) MUST_USE;

/* Return true if a body of this media type is a file. */
bool	 file_upload_is_text(const char *type);

/* Set the error for a body that is neither a file nor a form.  Return -1. */
int	 file_upload_refuse(const char *type, struct err *) MUST_USE;

#endif
