/*
 * Receiving files of gifts: their options.  gift_file.c reads and stores them,
 * file_upload.c receives the bytes.
 */
#include "core/text.h"
#include "file_upload.h"
#include "gift_file.h"
#include "gift_upload.h"
#include "record/json.h"

#define OPTION_MAX	(64 * 1024)	/* bytes of an option */
#define SOURCE_MAX	20

const char *const gift_file_params[] = {
	"campaign_id", "source", "mapping", "save_mapping", "dry_run", NULL
};

/* Is this a valid name of a source, such as anedot? */
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
option(void *ctx, const char *name, const char *value, size_t n, struct err *e)
{
	struct gift_file		*f = ctx;
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

/* The file comes last: its rows need the options. */
static int
after(const char *name, struct err *e)
{
	(void)name;
	return err_set(e, ERR_UNPROCESSABLE, "Send one file, after the other "
	    "fields of the form.");
}

static int
read_file(void *ctx, struct source *s, struct err *e)
{
	return gift_file_read(ctx, s, e);
}

static int
store(void *ctx, struct err *e)
{
	return gift_file_store(ctx, e);
}

int
gift_file_upload(struct req *rq, struct resp *rs, struct err *e)
{
	struct gift_file	 f;
	const struct file_upload u = {
		.option_max = OPTION_MAX,
		.option = option,
		.after = after,
		.read = read_file,
		.store = store,
		.ctx = &f,
	};
	int			 rc;

	gift_file_init(&f, rq->arena, rq->db);
	f.timeout = rq->cfg->merge_timeout;
	rc = file_upload_query(rq, &u, e);
	if (rc == 0)
		rc = file_upload_check(rq, "manager", f.campaign_id, e);
	if (rc == 0)
		rc = file_upload_read(rq, &u, e);
	if (rc == 0)
		gift_file_write(&f, resp_json(rs, gift_file_is_refused(&f) ?
		    422 : 200));
	else
		db_rollback(rq->db);
	gift_file_release(&f);
	return rc;
}
