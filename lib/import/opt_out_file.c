/*
 * Reading and storing files of opt-outs.  opt_out_upload.c receives them.
 */
#include "core/text.h"
#include "heading.h"
#include "opt_out_file.h"
#include "people/opt_out.h"
#include "record/csv.h"
#include "stage.h"
#include "staged_file.h"

#define HEADINGS_MAX	4096	/* bytes of headings in an error */

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
	buf_init(&f->out, STAGED_FILE_BUF);
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
read_heading(void *ctx, const struct row *row, struct err *e)
{
	struct opt_out_file	*f = ctx;
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
	buf_init_in(&seen, f->arena, HEADINGS_MAX);
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
 * Return the normalised contact in a cell of a row, or NULL.  If the cell is
 * not blank but is not a valid contact, set *invalid, too.
 */
static const char *
contact_of(struct opt_out_file *f, const struct row *row, enum meaning m,
    bool *invalid)
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
	*invalid |= out == NULL;
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
take_row(void *ctx, const struct row *row)
{
	struct opt_out_file	*f = ctx;
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
	const struct staged_file	 staged = {
		.arena = f->arena,
		.db = f->db,
		.create = "SELECT opt_out_stage()",
		.copy = "COPY pg_temp.opt_out_stage (line, contact, channel, "
		    "reason) FROM STDIN",
		.rows = &f->out,
		.header = read_heading,
		.take = take_row,
		.ctx = f,
	};

	return staged_file_read(&staged, s, e);
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
