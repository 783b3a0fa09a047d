/* Receiving files of gifts; see gift_upload.h. */
#include "core/text.h"
#include "db/db.h"
#include "gift_file.h"
#include "gift_upload.h"
#include "http/multipart.h"
#include "record/json.h"
#include "upload.h"

#define OPTION_MAX	(64 * 1024)	/* bytes of an option */
#define SOURCE_MAX	20

const char *const gift_file_params[] = {
	"campaign_id", "source", "mapping", "save_mapping", "dry_run", NULL
};

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

/* A name such as anedot. */
static int
read_source(struct gift_file *f, const char *value, size_t n, struct err *e)
{
	char	*name = arena_strndup(f->arena, value, n);

	text_lower(name, n);
	if (n < 1 || n > SOURCE_MAX || *name < 'a' || *name > 'z' ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != n)
		return err_field(e, "source", "invalid", "source must be a "
		    "name of at most %d letters, such as anedot.", SOURCE_MAX);
	f->source = name;
	return 0;
}

static int
read_mapping(struct gift_file *f, const char *value, size_t n, struct err *e)
{
	json_object_put(f->mapping);
	f->mapping = NULL;
	if (json_parse(value, n, &f->mapping, e) == 0 &&
	    json_object_is_type(f->mapping, json_type_object))
		return 0;
	err_clear(e);
	return err_field(e, "mapping", "invalid_json",
	    "mapping must be a JSON object.");
}

static int
option(struct gift_file *f, const char *name, const char *value, size_t n,
    struct err *e)
{
	static const struct field	 campaign = { .name = "campaign_id",
		.kind = KIND_INT, .low = 1, .high = INT64_MAX };
	bool				*flag;

	text_trim(&value, &n);
	if (n == 0)
		return 0;
	if (strcmp(name, campaign.name) == 0)
		return field_check(&campaign, f->arena, value, n,
		    &f->campaign_id, e);
	if (strcmp(name, "source") == 0)
		return read_source(f, value, n, e);
	if (strcmp(name, "mapping") == 0)
		return read_mapping(f, value, n, e);
	if (strcmp(name, "dry_run") == 0)
		flag = &f->dry_run;
	else if (strcmp(name, "save_mapping") == 0)
		flag = &f->save_mapping;
	else
		return err_field(e, name, "unknown_field",
		    "There is no field of this name.");
	if (!text_bool(value, n, flag))
		return err_field(e, name, "invalid_boolean",
		    "%s must be true or false.", name);
	return 0;
}

/* Read a form: options, and then one file. */
static int
from_form(struct req *rq, struct gift_file *f, struct err *e)
{
	struct multipart	 m;
	struct part		 part;
	struct source		 s = { .read = read_part, .ctx = &m };
	const char		*value;
	size_t			 n;
	bool			 seen = false;
	int			 more;

	if (multipart_open(&m, rq->arena, &rq->body, rq->boundary, e) != 0)
		return -1;
	while ((more = multipart_next(&m, &part, e)) == 1) {
		if (seen)
			return err_set(e, ERR_UNPROCESSABLE, "Send one file, "
			    "after the other fields of the form.");
		if (strcmp(part.name, "file") != 0) {
			if (multipart_text(&m, OPTION_MAX, &value, &n,
			    e) != 0 || option(f, part.name, value, n, e) != 0)
				return -1;
			continue;
		}
		if (part.filename == NULL)
			return err_set(e, ERR_MALFORMED, "No file part");
		if (*part.filename == '\0')
			return err_set(e, ERR_MALFORMED, "No selected file");
		seen = true;
		if (gift_file_read(f, &s, e) != 0)
			return -1;
	}
	if (more == -1)
		return -1;
	if (!seen)
		return err_set(e, ERR_MALFORMED, "No file part");
	return gift_file_store(f, rq->cfg->merge_timeout, e);
}

static int
from_body(struct req *rq, struct gift_file *f, struct err *e)
{
	struct source	 s = { .read = read_body, .ctx = &rq->body };

	if (rq->body.length == 0)
		return err_set(e, ERR_MALFORMED, "No file part");
	if (gift_file_read(f, &s, e) != 0)
		return -1;
	return gift_file_store(f, rq->cfg->merge_timeout, e);
}

/*
 * May the caller import into the campaign, or, without one, into any?  This is
 * checked before the body is read, because a slow client keeps the process
 * busy.
 */
static int
check_caller(struct gift_file *f, struct err *e)
{
	static const char	 sql[] =
	    "SELECT cerberus.caller_is_admin() OR "
	    "CASE WHEN $1::bigint IS NULL "
	    "THEN cerberus.caller_campaigns('manager') <> '{}' "
	    "ELSE $1 = ANY (cerberus.caller_campaigns('manager')) END "
	    "AS allowed, $1 IS NULL OR "
	    "$1 = ANY (cerberus.caller_campaigns('viewer')) AS visible";
	struct rows		*r;

	if (db_select(f->db, sql, 1, &f->campaign_id, &r, e) != 0)
		return -1;
	if (rows_bool(r, 0, "allowed"))
		return 0;
	if (rows_bool(r, 0, "visible"))
		return err_set(e, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	return err_set(e, ERR_NOT_FOUND, "Campaign with ID %s not found.",
	    f->campaign_id);
}

int
gift_file_upload(struct req *rq, struct resp *rs, struct err *e)
{
	struct gift_file	 f;
	int			 rc = 0;

	gift_file_init(&f, rq->arena, rq->db);
	for (size_t i = 0; i < rq->query.n && rc == 0; i++)
		rc = option(&f, rq->query.pair[i].name,
		    rq->query.pair[i].value, rq->query.pair[i].len, e);
	if (rc == 0)
		rc = check_caller(&f, e);
	if (rc == 0 && strcmp(rq->type, "multipart/form-data") == 0)
		rc = from_form(rq, &f, e);
	else if (rc == 0)
		rc = upload_is_text(rq->type) ? from_body(rq, &f, e) :
		    upload_refuse(rq->type, e);
	if (rc == 0)
		gift_file_write(&f, resp_json(rs, gift_file_is_refused(&f) ?
		    422 : 200));
	else
		db_rollback(rq->db);
	gift_file_release(&f);
	return rc;
}
