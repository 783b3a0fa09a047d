/*
 * A voter file that is uploaded as the body of a request.
 *
 * The file is imported while it arrives.  A form may contain an option, such
 * as the layout, after the file.  Therefore the file is also copied to a
 * nameless temporary file, from which it is imported again if such an option
 * follows.  If the copy cannot be written, the import works except for this
 * case.
 */
#include "answer.h"
#include "copy.h"
#include "file_upload.h"
#include "upload.h"

#define OPTION_MAX	(256 * 1024)	/* bytes of an option */

const char *const upload_params[] = {
	"campaign_id", "layout", "mapping", "mode", "has_header", "delimiter",
	"quote", "encoding", "date_order", "registration_state", "strict",
	"dry_run", "keep_unmapped", NULL
};

static int
attempt(struct import *im, struct source *s, struct err *e)
{
	if (import_open(im, e) != 0)
		return -1;
	return import_stage(im, s, e);
}

/* Read the options of the query; fields of the form override them later. */
static int
read_query(struct req *rq, struct import *im, struct err *e)
{
	for (size_t i = 0; i < rq->query.n; i++) {
		const struct pair	*p = &rq->query.pair[i];

		if (import_option(&im->opt, rq->arena, p->name, p->value,
		    p->len, e) != 0)
			return -1;
	}
	return 0;
}

/* Import the whole body.  query: the error of the query's options, or NULL. */
static int
from_body(struct req *rq, struct import *im, const struct err *query,
    struct err *e)
{
	struct source	 body = source_body(&rq->body);
	struct copy	 copy;
	int		 rc;

	if (rq->body.length == 0)
		return err_set(e, ERR_MALFORMED, "No file part");
	if (query != NULL) {
		*e = *query;
		return -1;
	}
	copy_init(&copy, &body);
	rc = attempt(im, &copy.source, e);
	copy_release(&copy);
	return rc == 0 ? import_finish(im, e) : -1;
}

/* A form while it is read. */
struct upload {
	struct multipart m;
	struct source	 part;		/* the file */
	struct copy	 copy;		/* of the file */
	bool		 seen;		/* the file */
	bool		 bad;		/* some option is wrong */
	bool		 late;		/* an option came after the file */
	bool		 again;		/* and the file must be read again */
	struct err	 first;		/* of the first attempt */
	struct err	 why;		/* why an option is not valid */
};

static void
read_option(struct req *rq, struct upload *f, const struct part *part,
    struct import *im)
{
	const char	*value;
	size_t		 n;

	if (!import_is_option(part->name)) {
		err_field(&f->why, part->name, "unknown_field",
		    "There is no field of this name.");
		f->bad = true;
		return;
	}
	f->bad |= multipart_text(&f->m, OPTION_MAX, &value, &n,
	    &f->why) != 0 || import_option(&im->opt, rq->arena, part->name,
	    value, n, &f->why) != 0;
	f->late |= f->seen;
	f->again |= f->seen && import_option_reads(part->name);
}

/* Could an option that follows the file resolve the error? */
static bool
can_resolve(const struct err *e)
{
	return e->code == ERR_INVALID || e->code == ERR_UNPROCESSABLE;
}

/*
 * Import the file of the form.  If that fails but options that follow may help,
 * return 0, and set *failed.
 */
static int
read_form_file(struct upload *f, const struct part *part, struct import *im,
    bool *failed, struct err *e)
{
	if (f->seen)
		return err_set(e, ERR_MALFORMED, "The form has more than one "
		    "file.");
	if (file_upload_named(part, e) != 0)
		return -1;
	f->seen = true;
	if (f->bad)
		return 0;
	im->opt.file_name = part->filename;
	copy_init(&f->copy, &f->part);
	*failed = attempt(im, &f->copy.source, &f->first) != 0;
	if (!*failed)
		return 0;
	if (!can_resolve(&f->first) || f->copy.fd == -1) {
		*e = f->first;
		return -1;
	}
	/* Read the rest of the file, so that all of it is copied. */
	return f->copy.source.rewind(&f->copy.source, e);
}

/* Read the parts of the form, and import its file. */
static int
read_form(struct req *rq, struct upload *f, struct import *im, bool *failed,
    struct err *e)
{
	struct part	 part;
	int		 more;

	if (multipart_open(&f->m, rq->arena, &rq->body, rq->boundary, e) != 0)
		return -1;
	while ((more = multipart_next(&f->m, &part, e)) == 1) {
		if (strcmp(part.name, "file") != 0)
			read_option(rq, f, &part, im);
		else if (read_form_file(f, &part, im, failed, e) != 0)
			return -1;
		else if (f->bad)
			break;
	}
	if (more == -1)
		return -1;
	if (!f->seen)
		return err_set(e, ERR_MALFORMED, "No file part");
	if (f->bad) {
		*e = f->why;
		return -1;
	}
	return 0;
}

/* Import the form's file.  query: the error of the query's options, or NULL. */
static int
from_form(struct req *rq, struct import *im, const struct err *query,
    struct err *e)
{
	struct upload	*f = arena_zalloc(rq->arena, sizeof(*f));
	bool		 failed = false;
	int		 rc;

	f->bad = query != NULL;
	if (f->bad)
		f->why = *query;
	f->part = source_part(&f->m);
	f->copy.fd = -1;
	rc = read_form(rq, f, im, &failed, e);
	if (rc == 0 && (f->again || (failed && im->progress.id == NULL &&
	    im->opt.campaign_id != NULL))) {
		import_again(im);
		rc = f->copy.fd == -1 ? err_set(e, ERR_UNPROCESSABLE, "Send "
		    "the file after the other fields of the form.") :
		    f->copy.source.rewind(&f->copy.source, e);
		if (rc == 0)
			rc = attempt(im, &f->copy.source, e);
	} else if (rc == 0 && failed) {
		*e = f->first;
		rc = -1;
	} else if (rc == 0 && f->late) {
		/* Tell the row of imports of the options. */
		rc = import_open(im, e);
	}
	copy_release(&f->copy);
	return rc == 0 ? import_finish(im, e) : -1;
}

int
upload_answer(struct req *rq, struct resp *rs, struct err *e)
{
	struct import	*im = arena_alloc(rq->arena, sizeof(*im));
	struct err	*why = arena_zalloc(rq->arena, sizeof(*why));
	bool		 bad;
	int		 rc;

	import_init(im, rq->arena, rq->cfg, rq->db);
	bad = read_query(rq, im, why) != 0;
	if (file_upload_check(rq, "editor", im->opt.campaign_id, e) != 0)
		rc = -1;
	else if (strcmp(rq->type, "multipart/form-data") == 0)
		rc = from_form(rq, im, bad ? why : NULL, e);
	else if (file_upload_is_text(rq->type))
		rc = from_body(rq, im, bad ? why : NULL, e);
	else
		rc = file_upload_refuse(rq->type, e);
	if (rc == 0)
		answer_write(im, resp_json(rs, answer_is_refusal(im) ? 422 :
		    200));
	else
		import_fail(im, e);
	import_release(im);
	return rc;
}
