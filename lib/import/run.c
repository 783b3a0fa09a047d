/*
 * Runs the stages of an import in order; each stage has its own file.  What
 * only uploads or only the command need is in upload.c and cli/import_file.c.
 */
#include "columns.h"
#include "core/clock.h"
#include "core/log.h"
#include "history_plan.h"
#include "history_store.h"
#include "layout_file.h"
#include "layout_map.h"
#include "recognise.h"
#include "run.h"
#include "saved_layout.h"
#include "sniff.h"
#include "stage_merge.h"

#define TELL_MS		100	/* between two reports of the progress */
#define TELL_ROWS	512	/* look at the clock once in so many rows */

void
import_init(struct import *im, struct arena *a, const struct cfg *cfg,
    struct db *db)
{
	memset(im, 0, sizeof(*im));
	im->arena = a;
	im->cfg = cfg;
	im->db = db;
	import_options_init(&im->opt);
	report_init(&im->report, a);
	progress_init(&im->progress, cfg, db->identity);
	stage_init(&im->stage, db);
}

void
import_release(struct import *im)
{
	progress_release(&im->progress);
	stage_release(&im->stage);
	transform_release(&im->transform);
	history_release(&im->history);
	json_object_put(im->opt.mapping);
	im->opt.mapping = NULL;
}

int
import_open(struct import *im, struct err *e)
{
	if (im->progress.id != NULL)
		return progress_correct(&im->progress, im->arena, &im->opt, e);
	return progress_open(&im->progress, im->arena, &im->opt, e);
}

static void
reject(struct import *im, const struct row *row, const char *column,
    const char *message)
{
	report_error(&im->report, row->line, column, message);
	im->report.rejected++;
	stage_reject(&im->stage, row, column, message);
}

/* Is each row of the file a vote, and not a voter? */
static bool
is_history(const struct import *im)
{
	return im->layout.history != NULL && im->layout.history->rows;
}

/* Stage a row that is a vote. */
static void
take_vote(struct import *im, const struct row *row)
{
	const char	*column, *message;
	struct vote	 v;
	int		 got = history_vote(&im->history, row, &v, &column,
			    &message);

	if (got == -1)
		reject(im, row, column, message);
	else if (got == 1)
		stage_vote(&im->stage, row, v.id, v.n, v.code);
}

/* Stage one row, as good or as rejected. */
static void
take_row(struct import *im, const struct row *row)
{
	const struct err	*e = &im->transform.err;
	struct rec		 r;

	if (row_is_blank(row))
		return;
	im->report.rows++;
	if (row->fault != NULL)
		reject(im, row, "", row->fault);
	else if (is_history(im))
		take_vote(im, row);
	else if (transform_row(&im->transform, row, &r) == 0) {
		struct notes	*notes = &im->transform.notes;
		const char	*votes = history_votes(&im->history, row, &r,
				    notes);

		report_warnings(&im->report, row->line, notes);
		stage_add(&im->stage, row, &r, votes, notes);
	} else if (e->nfields > 0)
		reject(im, row, e->field[0].name, e->field[0].msg);
	else
		reject(im, row, "", e->msg);
}

/* A broken layout must not harm uploads that did not ask for it. */
static void
log_broken(const char *why)
{
	log_line("%s", why);
}

/* Load the layout that the options name: the campaign's own, or a file. */
static int
load_layout(struct import *im, struct err *e)
{
	const struct import_options	*o = &im->opt;
	int				 rc;

	layout_init(&im->layout);
	if (o->layout == NULL)
		return 0;
	rc = layout_load_saved(&im->layout, im->arena, im->db,
	    o->campaign_id, o->layout, e);
	return rc != 1 ? rc : layout_load(&im->layout, im->arena,
	    im->cfg->layouts_dir, o->layout, e);
}

/* Complete the layout: by the header unless it has a name, then the mapping. */
static int
choose_layout(struct import *im, const struct row *first, struct err *e)
{
	const struct import_options	*o = &im->opt;
	size_t				 found;

	if (o->layout == NULL && o->mapping == NULL && o->header != 0) {
		found = layout_recognise(&im->layout, im->arena,
		    im->cfg->layouts_dir, first, log_broken);
		if (layout_recognise_saved(&im->layout, im->arena, im->db,
		    o->campaign_id, first, found, e) != 0)
			return -1;
	}
	if (o->mapping != NULL &&
	    layout_map(&im->layout, im->arena, o->mapping, e) != 0)
		return -1;
	if (o->header != -1)
		im->layout.header = o->header;
	return 0;
}

/* Set delimiter and quoting: as the options say, the layout, or the text. */
static void
set_format(const struct import *im, struct reader *rd)
{
	const struct import_options	*o = &im->opt;
	const struct layout		*l = &im->layout;
	char				 delimiter;
	bool				 quoted;

	if (l->fixed) {
		reader_set_fixed(rd, l->span, l->nspan);
		return;
	}
	reader_sniff(rd->in, rd->end, &delimiter, &quoted);
	if (o->delimiter != '\0')
		delimiter = o->delimiter;
	else if (l->delimiter != '\0')
		delimiter = l->delimiter;
	if (o->quote != -1)
		quoted = o->quote;
	else if (l->quote != -1)
		quoted = l->quote;
	reader_set(rd, delimiter, quoted);
}

/* Read the first row that is not blank. */
static int
read_first(struct reader *rd, struct row *first, struct err *e)
{
	int	 got;

	do
		got = reader_next(rd, first, e);
	while (got == 1 && row_is_blank(first));
	if (got == -1)
		return -1;
	if (got == 0)
		return err_set(e, ERR_UNPROCESSABLE, "The file is empty.");
	if (first->fault != NULL)
		return err_set(e, ERR_UNPROCESSABLE, "The first row cannot be "
		    "read: %s", first->fault);
	return 0;
}

/*
 * Add the state of the option to the plan: for the registration ids of rows
 * that name no state.
 */
static void
set_state(struct plan *p, const char *state)
{
	size_t	 i = 0;

	if (state == NULL || !plan_has(p, VOTER_voter_registration_id))
		return;
	while (i < p->n && p->target[i].field != VOTER_registration_state)
		i++;
	if (i == p->n) {
		p->target[p->n++] = (struct target){
		    .field = VOTER_registration_state };
		p->fields |= UINT64_C(1) << VOTER_registration_state;
	}
	p->target[i].constant = state;
}

/* Warn of what the header shows. */
static void
check_header(struct import *im)
{
	const char	*ignored = columns_ignored(&im->plan, im->arena);

	if (im->plan.missing != NULL)
		report_file_warning(&im->report, arena_printf(im->arena,
		    "The header lacks: %s.", im->plan.missing));
	if (ignored != NULL)
		report_file_warning(&im->report, ignored);
}

/*
 * Make the plan from the first row, which stays valid; *header says whether it
 * is a header.
 */
static int
begin(struct import *im, struct reader *rd, struct row *first, bool *header,
    struct err *e)
{
	const struct import_options	*o = &im->opt;
	struct plan			*plan = &im->plan;

	set_format(im, rd);
	if (read_first(rd, first, e) != 0 || choose_layout(im, first, e) != 0)
		return -1;
	/* A layout that was recognised may have another quoting. */
	if (o->quote == -1 && im->layout.quote != -1)
		reader_set(rd, rd->delimiter, im->layout.quote);
	if (is_history(im)) {
		dates_init(&im->dates, o->order != -1 ? o->order :
		    im->layout.order);
		if (history_plan_rows(&im->history, im->arena, &im->layout,
		    o->state, first, header, im->dates.order, plan, e) != 0)
			return -1;
		im->transform.dates = im->dates;
		return stage_copy_votes(&im->stage, e);
	}
	if (plan_make(plan, im->arena, &im->layout, first, header, e) != 0)
		return -1;
	if (!im->dates.decided)
		dates_init(&im->dates, o->order != -1 ? o->order :
		    im->layout.order);
	set_state(plan, o->state);
	history_plan(&im->history, im->arena, &im->layout, o->state, first,
	    *header, im->dates.order, plan);
	check_header(im);
	transform_release(&im->transform);
	transform_init(&im->transform, im->arena, plan, &im->report.unknown,
	    &im->dates, o->keep_unmapped, o->strict);
	return stage_copy(&im->stage, plan, im->history.rules != NULL, e);
}

static int
copy_rows(struct import *im, struct reader *rd, struct row *row, bool header,
    struct err *e)
{
	int64_t	 told = clock_ms();
	int	 got;

	if (!header)
		take_row(im, row);
	for (int64_t i = 1; (got = reader_next(rd, row, e)) == 1; i++) {
		take_row(im, row);
		if (stage_send(&im->stage, e) != 0)
			return -1;
		if (i % TELL_ROWS == 0 && clock_ms() - told >= TELL_MS) {
			told = clock_ms();
			im->report.bytes = reader_bytes(rd);
			progress_tell(&im->progress, &im->report,
			    im->layout.name, "reading", false);
		}
	}
	if (got == -1)
		return -1;
	im->report.bytes = reader_bytes(rd);
	return stage_end(&im->stage, e);
}

/* Warn of what only the whole file shows, and send what is about it. */
static int
check_file(struct import *im, const struct reader *rd, struct err *e)
{
	const char	*dates = dates_warning(&im->transform.dates,
			    im->arena);
	int64_t		 line = rd->mixed_line;

	if (dates != NULL)
		report_file_warning(&im->report, dates);
	if (line > 0)
		report_file_warning(&im->report, arena_printf(im->arena,
		    "The file is written in two encodings, UTF-8 and "
		    "Windows-1252; the second one begins in line %lld. "
		    "Each character is read in its own.",
		    (long long)line));
	unknowns_end(&im->report.unknown);
	return stage_file_warnings(&im->stage, &im->report.file_warnings, e);
}

/* Read the file once. */
static int
read_file(struct import *im, struct source *src, struct err *e)
{
	const struct import_options	*o = &im->opt;
	struct reader			*rd;
	struct row			 first;
	bool				 header;
	int				 rc = -1;

	if (stage_begin(&im->stage, im->progress.id, e) != 0)
		return -1;
	if (load_layout(im, e) != 0)
		return -1;
	rd = arena_alloc(im->arena, sizeof(*rd));
	if (reader_open(rd, im->arena, src, o->encoding != NULL ? o->encoding :
	    im->layout.encoding, e) == 0 &&
	    begin(im, rd, &first, &header, e) == 0 &&
	    copy_rows(im, rd, &first, header, e) == 0) {
		im->dates = im->transform.dates;
		reader_sha256(rd, im->sha256);
		rc = check_file(im, rd, e);
	}
	reader_close(rd);
	return rc;
}

int
import_stage(struct import *im, struct source *src, struct err *e)
{
	im->dates.decided = false;
	if (read_file(im, src, e) != 0)
		return -1;
	if (!dates_decide(&im->dates))
		return 0;
	if (src->rewind == NULL)
		return err_set(e, ERR_UNPROCESSABLE, "The dates of the file "
		    "begin with the day. Set date_order to dmy.");
	import_again(im);
	return src->rewind(src, e) == 0 ? read_file(im, src, e) : -1;
}

int
import_finish(struct import *im, struct err *e)
{
	const struct stage_merge	 m = {
		.import_id = im->progress.id,
		.campaign_id = im->opt.campaign_id,
		.plan = &im->plan,
		.fold = im->transform.fold,
		.sha256 = im->sha256,
		.timeout = im->cfg->merge_timeout,
	};

	progress_tell(&im->progress, &im->report, im->layout.name, "merging",
	    true);
	if ((!is_history(im) && import_merge(im->db, &m, &im->report, e) !=
	    0) || history_store(&im->history, im->db, &m,
	    &im->report, e) != 0 ||
	    db_commit(im->db, e) != 0)
		return -1;
	progress_done(&im->progress, &im->report);
	return 0;
}

void
import_again(struct import *im)
{
	db_rollback(im->db);
	stage_clear(&im->stage);
	report_init(&im->report, im->arena);
}

void
import_fail(struct import *im, const struct err *why)
{
	db_rollback(im->db);
	progress_fail(&im->progress, why);
}
