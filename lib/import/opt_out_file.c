/* Files of opt-outs; see opt_out_file.h. */
#include "core/text.h"
#include "heading.h"
#include "http/multipart.h"
#include "opt_out_file.h"
#include "people/opt_out.h"
#include "record/csv.h"
#include "record/json.h"
#include "sniff.h"
#include "stage.h"
#include "upload.h"

#define COPY_PIECE	(64 * 1024)
#define OPTION_MAX	4096		/* bytes of an option */

const char *const opt_out_upload_params[] = {
	"campaign_id", "channel", NULL
};

/* What a column of the file means. */
enum meaning {
	MEANS_EMAIL,
	MEANS_PHONE,
	MEANS_CHANNEL,
	MEANS_REASON,
};

static const enum opt_out_contact_field field_of[] = {
	[MEANS_EMAIL] = CONTACT_email_address,
	[MEANS_PHONE] = CONTACT_phone_number,
	[MEANS_CHANNEL] = CONTACT_channel,
	[MEANS_REASON] = CONTACT_reason,
};

/* Other words for channels. */
static const struct {
	const char	*word, *channel;
} words[] = {
	{ "e-mail", "email" }, { "text", "sms" }, { "texts", "sms" },
	{ "call", "phone" }, { "calls", "phone" }, { "voice", "phone" },
	{ "post", "mail" }, { "letter", "mail" },
};

void
opt_out_file_init(struct opt_out_file *f, struct arena *a, struct db *db)
{
	*f = (struct opt_out_file){ .arena = a, .db = db };
	report_init(&f->report, a);
	buf_init(&f->out, 16 * COPY_PIECE);
}

void
opt_out_file_release(struct opt_out_file *f)
{
	arena_release(&f->scratch);
	buf_release(&f->out);
}

static const struct field *
field(enum meaning m)
{
	return &opt_out_contact_schema.field[field_of[m]];
}

/* Find the columns by the first row. */
static int
read_heading(struct opt_out_file *f, const struct row *row, struct err *e)
{
	const char	*const *folded = heading_fold_row(f->arena, row);
	bool		*used = arena_zalloc(f->arena, row->n + 1);
	struct buf	 seen;
	const char	*p;
	size_t		 n;

	for (size_t m = 0; m < ARRAY_LEN(field_of); m++) {
		f->column[m] = heading_field(field((enum meaning)m), folded,
		    row->n, used);
		if (f->column[m] != -1)
			used[f->column[m]] = true;
	}
	f->unmapped = arena_alloc(f->arena, (row->n + 1) *
	    sizeof(*f->unmapped));
	for (size_t i = 0; i < row->n; i++)
		if (!used[i] && row_text(row, i, &p, &n))
			f->unmapped[f->nunmapped++] = arena_strndup(f->arena,
			    p, n);
	if ((f->column[MEANS_EMAIL] != -1 || f->column[MEANS_PHONE] != -1) &&
	    (f->column[MEANS_CHANNEL] != -1 || f->channel != NULL))
		return 0;
	buf_init_in(&seen, f->arena, OPTION_MAX);
	for (size_t i = 0; i < row->n && seen.len < 200; i++)
		buf_addf(&seen, "%s%.*s", i > 0 ? ", " : "",
		    row->cell[i].n < 40 ? (int)row->cell[i].n : 40,
		    row->cell[i].p);
	return err_set(e, ERR_UNPROCESSABLE, "The file needs the column "
	    "email_address or phone_number, and the column or the option "
	    "channel. Its first row is: %.100s", buf_str(&seen));
}

/* Get the cell of a meaning; false if it is blank. */
static bool
cell(struct opt_out_file *f, const struct row *row, enum meaning m,
    const char **p, size_t *n)
{
	if (f->column[m] == -1 || !row_text(row, (size_t)f->column[m], p, n))
		return false;
	*p = csv_unguard(&f->scratch, *p, n);
	return true;
}

/* Return the channel of a row; NULL if it is not one. */
static const char *
channel_of(struct opt_out_file *f, const struct row *row)
{
	const char	*p;
	char		*lower;
	size_t		 n;

	if (!cell(f, row, MEANS_CHANNEL, &p, &n))
		return f->channel;
	lower = arena_strndup(&f->scratch, p, n);
	text_lower(lower, n);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].word, lower) == 0)
			return words[i].channel;
	for (size_t i = 0; channels[i] != NULL; i++)
		if (strcmp(channels[i], lower) == 0)
			return channels[i];
	return NULL;
}

/*
 * Return the normalised contact of a row, NULL if there is none.  *wrong is set
 * if the cell has text that is not one.
 */
static const char *
contact_of(struct opt_out_file *f, const struct row *row, enum meaning m,
    bool *wrong)
{
	struct err	 ignored = { 0 };
	const char	*p, *out = NULL;
	size_t		 n;

	if (!cell(f, row, m, &p, &n))
		return NULL;
	if (m == MEANS_PHONE)
		out = phone_e164(&f->scratch, p, n);
	else if (field_check(field(m), &f->scratch, p, n, &out,
	    &ignored) != 0)
		out = NULL;
	*wrong |= out == NULL;
	return out;
}

static void
reject(struct opt_out_file *f, const struct row *row, const char *column,
    const char *message)
{
	report_error(&f->report, row->line, column, message);
	f->report.rejected++;
}

static void
warn(struct opt_out_file *f, const struct row *row, const char *column,
    const char *message)
{
	notes_add(&f->report.warnings, row->line, column, NULL, 0, message);
}

/* Append a row of the stage. */
static void
add(struct opt_out_file *f, const struct row *row, const char *contact,
    const char *channel, const char *reason)
{
	buf_addf(&f->out, "%lld", (long long)row->line);
	stage_value(&f->out, contact);
	stage_value(&f->out, channel);
	stage_value(&f->out, reason);
	buf_addc(&f->out, '\n');
}

static void
take_row(struct opt_out_file *f, const struct row *row)
{
	struct err	 ignored = { 0 };
	const char	*email, *phone, *channel, *p, *reason = NULL;
	bool		 bad_email = false, bad_phone = false;
	size_t		 n;

	f->report.rows++;
	arena_reset(&f->scratch);
	if (row->fault != NULL) {
		reject(f, row, "", row->fault);
		return;
	}
	email = contact_of(f, row, MEANS_EMAIL, &bad_email);
	phone = contact_of(f, row, MEANS_PHONE, &bad_phone);
	channel = channel_of(f, row);
	if (email == NULL && phone == NULL)
		reject(f, row, bad_phone ? "phone_number" : "email_address",
		    bad_email ? "This is not an e-mail address." : bad_phone ?
		    "This is not a phone number." :
		    "The row has neither an e-mail address nor a phone "
		    "number.");
	else if (channel == NULL)
		reject(f, row, "channel",
		    "channel must be email, phone, sms or mail.");
	if ((email == NULL && phone == NULL) || channel == NULL)
		return;
	if (bad_email || bad_phone)
		warn(f, row, bad_email ? "email_address" : "phone_number",
		    bad_email ? "This is not an e-mail address." :
		    "This is not a phone number.");
	if (cell(f, row, MEANS_REASON, &p, &n) && field_check(
	    field(MEANS_REASON), &f->scratch, p, n, &reason, &ignored) != 0)
		warn(f, row, "reason",
		    "The reason is left out: it has more than 255 characters.");
	if (email != NULL)
		add(f, row, email, channel, reason);
	if (phone != NULL)
		add(f, row, phone, channel, reason);
}

static int
send(struct opt_out_file *f, size_t min, struct err *e)
{
	int	 rc;

	if (f->out.failed)
		return err_detail(e, ERR_INTERNAL, "no memory for rows");
	if (f->out.len < min)
		return 0;
	rc = db_copy_put(f->db, f->out.data, f->out.len, e);
	buf_clear(&f->out, 4 * COPY_PIECE);
	return rc;
}

static int
copy_rows(struct opt_out_file *f, struct reader *rd, struct err *e)
{
	struct row	 row;
	char		 delimiter;
	bool		 quoted;
	int		 got;

	reader_sniff(rd->in, rd->end, &delimiter, &quoted);
	reader_set(rd, delimiter, quoted);
	do
		got = reader_next(rd, &row, e);
	while (got == 1 && row_is_blank(&row));
	if (got == -1)
		return -1;
	if (got == 0)
		return err_set(e, ERR_UNPROCESSABLE, "The file is empty.");
	if (row.fault != NULL)
		return err_set(e, ERR_UNPROCESSABLE, "The first row cannot be "
		    "read: %s", row.fault);
	if (read_heading(f, &row, e) != 0 || db_copy_start(f->db,
	    "COPY pg_temp.opt_out_stage (line, contact, channel, reason) "
	    "FROM STDIN", e) != 0)
		return -1;
	while ((got = reader_next(rd, &row, e)) == 1) {
		if (!row_is_blank(&row))
			take_row(f, &row);
		if (send(f, COPY_PIECE, e) != 0)
			return -1;
	}
	if (got == -1 || send(f, 1, e) != 0)
		return -1;
	return db_copy_end(f->db, e);
}

void
opt_out_file_name(struct opt_out_file *f, const char *name)
{
	static const struct field	 source = { .name = "source",
		.kind = KIND_TEXT, .max = 255 };
	struct err			 ignored = { 0 };

	if (field_check(&source, f->arena, name, strlen(name), &f->source,
	    &ignored) != 0)
		f->source = NULL;
}

int
opt_out_file_read(struct opt_out_file *f, struct source *s, struct err *e)
{
	/* Reading takes as long as the client sends. */
	static const struct db_query	 begin[2] = {
		{ .sql = "SELECT set_config('statement_timeout', '0', true), "
		    "set_config('client_connection_check_interval', '1000', "
		    "true)" },
		{ .sql = "SELECT opt_out_stage()" },
	};
	struct reader			*rd = arena_alloc(f->arena,
					    sizeof(*rd));
	struct rows			*r[2];
	int				 rc;

	if (db_begin(f->db, e) != 0 || db_exec(f->db, begin, 2, r, e) != 0)
		return -1;
	rc = reader_open(rd, f->arena, s, NULL, e);
	if (rc == 0)
		rc = copy_rows(f, rd, e);
	reader_close(rd);
	return rc;
}

int
opt_out_file_store(struct opt_out_file *f, struct err *e)
{
	static const char	 sql[] =
	    "SELECT opt_out_id, added FROM opt_out_merge($1, $2)";
	const char		*param[] = { f->campaign_id, f->source };
	struct rows		*r;

	if (db_select(f->db, sql, 2, param, &r, e) != 0 ||
	    db_commit(f->db, e) != 0)
		return -1;
	f->list_id = rows_text(r, 0, "opt_out_id");
	f->added = rows_int64(r, 0, "added");
	return 0;
}

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

static int
option(struct opt_out_file *f, const char *name, const char *value, size_t n,
    struct err *e)
{
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

/* Read a form: options, and one file, which the channel has to precede. */
static int
from_form(struct req *rq, struct opt_out_file *f, struct err *e)
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
		if (strcmp(part.name, "file") != 0) {
			if (seen && strcmp(part.name, "channel") == 0)
				return err_set(e, ERR_UNPROCESSABLE, "Send the "
				    "file after the other fields of the form.");
			if (multipart_text(&m, OPTION_MAX, &value, &n,
			    e) != 0 || option(f, part.name, value, n, e) != 0)
				return -1;
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
		opt_out_file_name(f, part.filename);
		if (opt_out_file_read(f, &s, e) != 0)
			return -1;
	}
	if (more == -1)
		return -1;
	if (!seen)
		return err_set(e, ERR_MALFORMED, "No file part");
	return opt_out_file_store(f, e);
}

static int
from_body(struct req *rq, struct opt_out_file *f, struct err *e)
{
	struct source	 s = { .read = read_body, .ctx = &rq->body };

	if (rq->body.length == 0)
		return err_set(e, ERR_MALFORMED, "No file part");
	if (opt_out_file_read(f, &s, e) != 0)
		return -1;
	return opt_out_file_store(f, e);
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
	int			 rc = 0;

	opt_out_file_init(&f, rq->arena, rq->db);
	for (size_t i = 0; i < rq->query.n && rc == 0; i++)
		rc = option(&f, rq->query.pair[i].name,
		    rq->query.pair[i].value, rq->query.pair[i].len, e);
	if (rc == 0)
		rc = upload_check(rq, f.campaign_id, e);
	if (rc == 0 && strcmp(rq->type, "multipart/form-data") == 0)
		rc = from_form(rq, &f, e);
	else if (rc == 0)
		rc = upload_is_text(rq->type) ? from_body(rq, &f, e) :
		    upload_refuse(rq->type, e);
	if (rc == 0)
		write_answer(&f, resp_json(rs, f.report.rows > 0 &&
		    f.report.rejected == f.report.rows ? 422 : 200));
	else
		db_rollback(rq->db);
	opt_out_file_release(&f);
	return rc;
}
