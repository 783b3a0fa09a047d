/*
 * A voter file that is uploaded as the body of a request.
 *
 * The file is imported while it arrives.  A form may contain an option, such
 * as the layout, after the file.  Therefore the file is also copied to a
 * nameless temporary file, from which it is imported again if such an option
 * follows.  If the copy cannot be written, the import works except for this
 * case.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/text.h"
#include "http/multipart.h"
#include "record/json.h"
#include "run.h"
#include "upload.h"

#define OPTION_MAX	(256 * 1024)	/* bytes of an option */

const char *const upload_params[] = {
	"campaign_id", "layout", "mapping", "mode", "has_header", "delimiter",
	"quote", "encoding", "date_order", "dry_run", "keep_unmapped", NULL
};

/* A part of a form that is copied to a file as it is read. */
struct tee {
	struct multipart	*m;
	int			 fd;	/* -1: there is no copy */
};

static ssize_t
read_part(struct source *s, void *p, size_t n, struct err *e)
{
	struct tee	*t = s->ctx;
	ssize_t		 got = multipart_read(t->m, p, n, e);

	if (got > 0 && t->fd != -1 && write(t->fd, p, (size_t)got) != got) {
		close(t->fd);
		t->fd = -1;
	}
	return got;
}

static ssize_t
read_body(struct source *s, void *p, size_t n, struct err *e)
{
	return body_read(s->ctx, p, n, e);
}

static ssize_t
read_kept(struct source *s, void *p, size_t n, struct err *e)
{
	ssize_t	 got = read(*(int *)s->ctx, p, n);

	if (got == -1)
		return err_detail(e, ERR_INTERNAL, "the temporary file: %s",
		    strerror(errno));
	return got;
}

/* Open a temporary file without a name; -1 if that fails. */
static int
temporary(void)
{
	const char	*dir = getenv("TMPDIR");

	return open(dir != NULL && *dir != '\0' ? dir : "/var/tmp",
	    O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

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
	struct source	 s = { .read = read_body, .ctx = &rq->body };

	if (rq->body.length == 0)
		return err_set(e, ERR_MALFORMED, "No file part");
	if (query != NULL) {
		*e = *query;
		return -1;
	}
	if (attempt(im, &s, e) != 0)
		return -1;
	return import_finish(im, e);
}

/*
 * Read an option from the form.  Set *late if a file that was read before it
 * has to be read again.
 */
static int
read_option(struct req *rq, struct multipart *m, const struct part *part,
    struct import *im, bool *late, struct err *e)
{
	const char	*value;
	size_t		 n;

	if (!import_is_option(part->name))
		return err_field(e, part->name, "unknown_field",
		    "There is no field of this name.");
	if (multipart_text(m, OPTION_MAX, &value, &n, e) != 0)
		return -1;
	*late |= import_option_reads(part->name) ||
	    strcmp(part->name, "dry_run") == 0 ||
	    strcmp(part->name, "mode") == 0;
	return import_option(&im->opt, rq->arena, part->name, value, n, e);
}

/* Could an option that follows the file resolve the error? */
static bool
can_resolve(const struct err *e)
{
	return e->code == ERR_INVALID || e->code == ERR_UNPROCESSABLE;
}

/* Read the rest of the part, so that all of it is copied. */
static int
drain(struct source *s, struct err *e)
{
	char	 skip[8192];
	ssize_t	 got;

	while ((got = s->read(s, skip, sizeof(skip), e)) > 0)
		;
	return (int)got;
}

/* Import the form's file.  query: the error of the query's options, or NULL. */
static int
from_form(struct req *rq, struct import *im, struct tee *tee,
    const struct err *query, struct err *e)
{
	struct multipart	 m;
	struct part		 part;
	struct source		 s = { .read = read_part, .ctx = tee };
	struct err		*first = arena_zalloc(rq->arena,
				    sizeof(*first));
	/* The errors of the options; a missing file is reported instead. */
	struct err		*wrong = arena_zalloc(rq->arena,
				    sizeof(*wrong));
	bool			 seen = false, late = false, early = false;
	bool			 bad = query != NULL;
	int			 more, rc = 0;

	if (bad)
		*wrong = *query;
	if (multipart_open(&m, rq->arena, &rq->body, rq->boundary, e) != 0)
		return -1;
	tee->m = &m;
	while ((more = multipart_next(&m, &part, e)) == 1) {
		if (strcmp(part.name, "file") != 0) {
			bad |= read_option(rq, &m, &part, im, seen ? &late :
			    &early, wrong) != 0;
			continue;
		}
		if (seen)
			return err_set(e, ERR_MALFORMED, "The form has more "
			    "than one file.");
		if (part.filename == NULL)
			return err_set(e, ERR_MALFORMED, "No file part");
		if (*part.filename == '\0')
			return err_set(e, ERR_MALFORMED, "No selected file");
		seen = true;
		if (bad)
			break;
		im->opt.file_name = part.filename;
		tee->fd = temporary();
		rc = attempt(im, &s, first);
		if (rc == 0)
			continue;
		if (!can_resolve(first) || tee->fd == -1) {
			*e = *first;
			return -1;
		}
		if (drain(&s, e) != 0)
			return -1;
	}
	if (more == -1)
		return -1;
	if (!seen)
		return err_set(e, ERR_MALFORMED, "No file part");
	if (bad) {
		*e = *wrong;
		return -1;
	}
	if (late || (rc != 0 && im->progress.id == NULL &&
	    im->opt.campaign_id != NULL)) {
		if (tee->fd == -1 || lseek(tee->fd, 0, SEEK_SET) != 0)
			return err_set(e, ERR_UNPROCESSABLE, "Send the file "
			    "after the other fields of the form.");
		import_again(im);
		s = (struct source){ .read = read_kept, .ctx = &tee->fd };
		rc = attempt(im, &s, e);
	} else if (rc != 0) {
		*e = *first;
	}
	if (rc != 0)
		return -1;
	return import_finish(im, e);
}

int
upload_check(struct req *rq, const char *campaign, struct err *e)
{
	static const char	 sql[] =
	    "SELECT cerberus.caller_is_admin() OR "
	    "CASE WHEN $1::bigint IS NULL "
	    "THEN cerberus.caller_campaigns('editor') <> '{}' "
	    "ELSE $1 = ANY (cerberus.caller_campaigns('editor')) END "
	    "AS allowed, $1 IS NULL OR "
	    "$1 = ANY (cerberus.caller_campaigns('viewer')) AS visible";
	struct rows		*r;

	if (db_select(rq->db, sql, 1, &campaign, &r, e) != 0)
		return -1;
	if (rows_bool(r, 0, "allowed"))
		return 0;
	if (rows_bool(r, 0, "visible"))
		return err_set(e, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	return err_set(e, ERR_NOT_FOUND, "Campaign with ID %s not found.",
	    campaign);
}

bool
upload_is_text(const char *type)
{
	return strncmp(type, "text/", 5) == 0 ||
	    strcmp(type, "application/csv") == 0 ||
	    strcmp(type, "application/vnd.ms-excel") == 0 ||
	    strcmp(type, "application/octet-stream") == 0;
}

int
upload_refuse(const char *type, struct err *e)
{
	if (*type == '\0' ||
	    strcmp(type, "application/x-www-form-urlencoded") == 0)
		return err_set(e, ERR_MALFORMED, "No file part");
	return err_set(e, ERR_MEDIA_TYPE, "Send the file as "
	    "multipart/form-data or text/csv, not as %.100s.", type);
}

/* Append the response: the counts, and the columns that were not used. */
static void
write_answer(const struct import *im, struct buf *b)
{
	const struct plan	*plan = &im->plan;
	const char		*name;

	buf_addf(b, "{\"message\":\"File processed successfully\","
	    "\"import_id\":%s,", im->progress.id);
	report_write(&im->report, b);
	buf_adds(b, ",\"unmapped_columns\":[");
	for (size_t i = 0; plan->heading != NULL && i < plan->nunmapped; i++) {
		name = plan->heading[plan->unmapped[i]];
		if (i > 0)
			buf_addc(b, ',');
		json_add_string(b, name, strlen(name));
	}
	buf_adds(b, "],\"layout\":");
	if (im->layout.name != NULL)
		json_add_string(b, im->layout.name, strlen(im->layout.name));
	else
		buf_adds(b, "null");
	buf_addf(b, ",\"dry_run\":%s}", im->opt.dry_run ? "true" : "false");
}

int
upload_answer(struct req *rq, struct resp *rs, struct err *e)
{
	struct import	*im = arena_alloc(rq->arena, sizeof(*im));
	struct err	*wrong = arena_zalloc(rq->arena, sizeof(*wrong));
	struct tee	 tee = { .fd = -1 };
	bool		 bad;
	int		 rc;

	import_init(im, rq->arena, rq->cfg, rq->db);
	bad = read_query(rq, im, wrong) != 0;
	if (upload_check(rq, im->opt.campaign_id, e) != 0)
		rc = -1;
	else if (strcmp(rq->type, "multipart/form-data") == 0)
		rc = from_form(rq, im, &tee, bad ? wrong : NULL, e);
	else if (upload_is_text(rq->type))
		rc = from_body(rq, im, bad ? wrong : NULL, e);
	else
		rc = upload_refuse(rq->type, e);
	if (rc == 0)
		write_answer(im, resp_json(rs, 200));
	else
		import_fail(im, e);
	if (tee.fd != -1)
		close(tee.fd);
	import_release(im);
	return rc;
}
