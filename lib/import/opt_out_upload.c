/* Receiving files of opt-outs; opt_out_file.c reads and stores them. */
#include "file_upload.h"
#include "opt_out_file.h"
#include "opt_out_upload.h"
#include "people/opt_out.h"
#include "record/json.h"

#define OPTION_MAX	4096	/* bytes of an option */

const char *const opt_out_upload_params[] = {
	"campaign_id", "channel", NULL
};

static int
option(void *ctx, const char *name, const char *value, size_t n, struct err *e)
{
	struct opt_out_file		*f = ctx;
	static const struct field	 campaign = { .name = "campaign_id",
		.kind = KIND_INT, .low = 1, .high = INT64_MAX };
	static const struct field	 channel = { .name = "channel",
		.kind = KIND_CHOICE, .choices = channels };

	if (strcmp(name, campaign.name) == 0)
		return field_check(&campaign, f->arena, value, n,
		    &f->campaign_id, e);
	if (strcmp(name, channel.name) == 0)
		return field_check(&channel, f->arena, value, n, &f->channel,
		    e);
	return err_field(e, name, "unknown_field",
	    "There is no field of this name.");
}

/* The channel has to precede the file, whose rows need it. */
static int
after(const char *name, struct err *e)
{
	if (strcmp(name, "channel") == 0)
		return err_set(e, ERR_UNPROCESSABLE, "Send the file after the "
		    "other fields of the form.");
	if (strcmp(name, "file") == 0)
		return err_set(e, ERR_MALFORMED, "The form has more than one "
		    "file.");
	return 0;
}

static void
name_file(void *ctx, const char *name)
{
	opt_out_file_name(ctx, name);
}

static int
read_file(void *ctx, struct source *s, struct err *e)
{
	return opt_out_file_read(ctx, s, e);
}

static int
store(void *ctx, struct err *e)
{
	return opt_out_file_store(ctx, e);
}

static void
write_answer(const struct opt_out_file *f, struct buf *b)
{
	const struct report	*r = &f->report;

	buf_addf(b, "{\"message\":\"File processed successfully\","
	    "\"opt_out_id\":%s,\"rows\":%lld,\"added\":%lld,"
	    "\"unchanged\":%lld,\"rejected\":%lld", f->list_id != NULL ?
	    f->list_id : "null", (long long)r->rows, (long long)f->added,
	    (long long)(r->rows - r->rejected - f->added),
	    (long long)r->rejected);
	report_notes(b, "errors", &r->errors);
	report_notes(b, "warnings", &r->warnings);
	buf_adds(b, ",\"unmapped_columns\":[");
	for (size_t i = 0; i < f->nunmapped; i++) {
		if (i > 0)
			buf_addc(b, ',');
		json_add_string(b, f->unmapped[i], strlen(f->unmapped[i]));
	}
	buf_adds(b, "]}");
}

int
opt_out_upload(struct req *rq, struct resp *rs, struct err *e)
{
	struct opt_out_file	 f;
	const struct file_upload u = {
		.option_max = OPTION_MAX,
		.option = option,
		.after = after,
		.name = name_file,
		.read = read_file,
		.store = store,
		.ctx = &f,
	};
	int			 rc;

	opt_out_file_init(&f, rq->arena, rq->db);
	rc = file_upload_query(rq, &u, e);
	if (rc == 0)
		rc = file_upload_check(rq, "editor", f.campaign_id, e);
	if (rc == 0)
		rc = file_upload_read(rq, &u, e);
	if (rc == 0)
		write_answer(&f, resp_json(rs, f.report.rows > 0 &&
		    f.report.rejected == f.report.rows ? 422 : 200));
	else
		db_rollback(rq->db);
	opt_out_file_release(&f);
	return rc;
}
