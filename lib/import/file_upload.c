/*
 * Receiving a file as a form or a body, and what all uploads check.  Reading
 * the file is left to its kind: gift_file.c, opt_out_file.c.
 */
#include "db/db.h"
#include "file_upload.h"

static ssize_t
read_part(struct source *s, void *p, size_t n, struct err *e)
{
	return multipart_read(s->ctx, p, n, e);
}

static ssize_t
read_body(struct source *s, void *p, size_t n, struct err *e)
{
	return body_read(s->ctx, p, n, e);
}

struct source
source_part(struct multipart *m)
{
	return (struct source){ .read = read_part, .ctx = m };
}

struct source
source_body(struct body *b)
{
	return (struct source){ .read = read_body, .ctx = b };
}

int
file_upload_query(struct req *rq, const struct file_upload *u, struct err *e)
{
	for (size_t i = 0; i < rq->query.n; i++) {
		const struct pair	*p = &rq->query.pair[i];

		if (u->option(u->ctx, p->name, p->value, p->len, e) != 0)
			return -1;
	}
	return 0;
}

int
file_upload_check(struct req *rq, const char *role, const char *campaign,
    struct err *e)
{
	static const char	 sql[] =
	    "SELECT cerberus.caller_is_admin() OR "
	    "CASE WHEN $1::bigint IS NULL "
	    "THEN cerberus.caller_campaigns($2) <> '{}' "
	    "ELSE $1 = ANY (cerberus.caller_campaigns($2)) END "
	    "AS allowed, $1 IS NULL OR "
	    "$1 = ANY (cerberus.caller_campaigns('viewer')) AS visible";
	const char		*param[] = { campaign, role };
	struct rows		*r;

	if (db_select(rq->db, sql, 2, param, &r, e) != 0)
		return -1;
	if (rows_bool(r, 0, "allowed"))
		return 0;
	if (rows_bool(r, 0, "visible"))
		return err_set(e, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	return err_set(e, ERR_NOT_FOUND, "Campaign with ID %s not found.",
	    campaign);
}

int
file_upload_named(const struct part *part, struct err *e)
{
	if (part->filename == NULL)
		return err_set(e, ERR_MALFORMED, "No file part");
	if (*part->filename == '\0')
		return err_set(e, ERR_MALFORMED, "No selected file");
	return 0;
}

bool
file_upload_is_text(const char *type)
{
	return strncmp(type, "text/", 5) == 0 ||
	    strcmp(type, "application/csv") == 0 ||
	    strcmp(type, "application/vnd.ms-excel") == 0 ||
	    strcmp(type, "application/octet-stream") == 0;
}

int
file_upload_refuse(const char *type, struct err *e)
{
	if (*type == '\0' ||
	    strcmp(type, "application/x-www-form-urlencoded") == 0)
		return err_set(e, ERR_MALFORMED, "No file part");
	return err_set(e, ERR_MEDIA_TYPE, "Send the file as "
	    "multipart/form-data or text/csv, not as %.100s.", type);
}

/* Read one part of a form; *seen: the file was read. */
static int
take_part(struct multipart *m, const struct part *part,
    const struct file_upload *u, bool *seen, struct err *e)
{
	struct source	 s = source_part(m);
	const char	*value;
	size_t		 n;

	if (*seen && u->after(part->name, e) != 0)
		return -1;
	if (strcmp(part->name, "file") != 0)
		return multipart_text(m, u->option_max, &value, &n, e) != 0 ?
		    -1 : u->option(u->ctx, part->name, value, n, e);
	if (file_upload_named(part, e) != 0)
		return -1;
	*seen = true;
	if (u->name != NULL)
		u->name(u->ctx, part->filename);
	return u->read(u->ctx, &s, e);
}

static int
from_form(struct req *rq, const struct file_upload *u, struct err *e)
{
	struct multipart	 m;
	struct part		 part;
	bool			 seen = false;
	int			 more;

	if (multipart_open(&m, rq->arena, &rq->body, rq->boundary, e) != 0)
		return -1;
	while ((more = multipart_next(&m, &part, e)) == 1)
		if (take_part(&m, &part, u, &seen, e) != 0)
			return -1;
	if (more == -1)
		return -1;
	if (!seen)
		return err_set(e, ERR_MALFORMED, "No file part");
	return u->store(u->ctx, e);
}

int
file_upload_read(struct req *rq, const struct file_upload *u, struct err *e)
{
	struct source	 s = source_body(&rq->body);

	if (strcmp(rq->type, "multipart/form-data") == 0)
		return from_form(rq, u, e);
	if (!file_upload_is_text(rq->type))
		return file_upload_refuse(rq->type, e);
	if (rq->body.length == 0)
		return err_set(e, ERR_MALFORMED, "No file part");
	if (u->read(u->ctx, &s, e) != 0)
		return -1;
	return u->store(u->ctx, e);
}
