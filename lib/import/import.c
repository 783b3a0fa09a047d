/* The run: reader, transform, stage, merge. */
#include "core/clock.h"
#include "core/log.h"
#include "import.h"
#include "normalise.h"
#include "progress.h"
#include "report.h"
#include "stage.h"
#include "transform.h"

#define TELL_MS		100

void
import_init(struct import *im, struct arena *a, const struct cfg *cfg,
    struct db *db)
{
	memset(im, 0, sizeof(*im));
	im->arena = a;
	im->cfg = cfg;
	im->db = db;
	import_options_init(&im->opt);
	db_init(&im->watch, cfg->database_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	db_identity(&im->watch, db->identity);
	buf_init(&im->out, 8 * 1024 * 1024);
	date_today(im->today);
}

void
import_release(struct import *im)
{
	db_release(&im->watch);
	buf_release(&im->out);
	arena_release(&im->scratch);
	json_object_put(im->opt.mapping);
	im->opt.mapping = NULL;
}

int
import_open(struct import *im, struct err *e)
{
	return im->id != NULL ? 0 : progress_open(im, e);
}

/* Rejected or staged. */
static void
take_row(struct import *im, const struct row *row)
{
	struct arena_mark	 mark = arena_mark(&im->scratch);
	const struct err	*e = &im->row_err;
	struct rec		 r;

	if (row_is_blank(row))
		return;
	im->rows++;
	if (row->fault != NULL) {
		stage_reject(im, row, "", row->fault);
		return;
	}
	if (transform_row(im, row, &r) == 0)
		stage_add(im, row, &r);
	else if (e->nfields > 0)
		stage_reject(im, row, e->field[0].name, e->field[0].msg);
	else
		stage_reject(im, row, "", e->msg);
	arena_rewind(&im->scratch, mark);
}

/* A layout with a mistake stops no upload that did not ask for it. */
static void
skipped(const char *why)
{
	log_line("%s", why);
}

/* The layout, by name or by the header, with the request's words over it. */
static int
choose(struct import *im, const struct row *first, struct err *e)
{
	const struct import_options	*o = &im->opt;
	const char			*dir = im->cfg->layouts_dir;

	if (o->layout == NULL && o->mapping == NULL && o->header != 0)
		layout_recognise(&im->layout, im->arena, dir, first, skipped);
	if (o->mapping != NULL &&
	    layout_map(&im->layout, im->arena, o->mapping, e) != 0)
		return -1;
	if (o->header != -1)
		im->layout.header = o->header;
	return 0;
}

/* Reads past the header's end, and the layout that follows from it. */
static int
begin(struct import *im, struct reader *rd, struct source *src,
    struct row *first, bool *header, struct err *e)
{
	const struct import_options	*o = &im->opt;
	char				 delimiter;
	bool				 quoted;
	int				 got;

	layout_init(&im->layout);
	if (o->layout != NULL && layout_load(&im->layout, im->arena,
	    im->cfg->layouts_dir, o->layout, e) != 0)
		return -1;
	if (reader_open(rd, im->arena, src, o->encoding != NULL ? o->encoding :
	    im->layout.encoding, e) != 0)
		return -1;
	reader_sniff(rd->in, rd->end, &delimiter, &quoted);
	if (o->delimiter != '\0' || im->layout.delimiter != '\0')
		delimiter = o->delimiter != '\0' ? o->delimiter :
		    im->layout.delimiter;
	if (o->quote != -1 || im->layout.quote != -1)
		quoted = o->quote != -1 ? o->quote : im->layout.quote;
	reader_set(rd, delimiter, quoted);
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
	if (choose(im, first, e) != 0)
		return -1;
	/* A layout that the header told may quote otherwise. */
	if (o->quote == -1 && im->layout.quote != -1)
		reader_set(rd, delimiter, im->layout.quote);
	if (plan_make(&im->plan, im->arena, &im->layout, first, header,
	    e) != 0)
		return -1;
	/* A birth date may turn out to be a year. */
	if (im->plan.fields >> VOTER_date_of_birth & 1)
		im->plan.fields |= UINT64_C(1) << VOTER_birth_year;
	if (o->keep_unmapped)
		im->plan.fields |= UINT64_C(1) << VOTER_custom_fields;
	if (im->plan.missing != NULL)
		report_warning(im, 1, "", arena_printf(im->arena,
		    "The header lacks: %s.", im->plan.missing));
	return 0;
}

static int
copy_rows(struct import *im, struct reader *rd, struct row *row, bool header,
    struct err *e)
{
	int64_t	 told = clock_ms();
	int	 got = 1;

	if (!header)
		take_row(im, row);
	for (int64_t i = 1; (got = reader_next(rd, row, e)) == 1; i++) {
		take_row(im, row);
		if (stage_send(im, e) != 0)
			return -1;
		if (i % 512 == 0 && clock_ms() - told >= TELL_MS) {
			told = clock_ms();
			im->bytes = rd->decoder.bytes;
			progress_tell(im, "reading", false);
		}
	}
	if (got == -1)
		return -1;
	im->bytes = rd->decoder.bytes;
	return stage_end(im, e);
}

int
import_stage(struct import *im, struct source *src, struct err *e)
{
	struct reader	*rd = arena_alloc(im->arena, sizeof(*rd));
	struct row	 first;
	bool		 header;
	unsigned	 n = sizeof(im->sha256);
	int		 rc = -1;

	memset(rd, 0, sizeof(*rd));
	rd->decoder.cd = (iconv_t)-1;
	if (stage_begin(im, e) == 0 &&
	    begin(im, rd, src, &first, &header, e) == 0 &&
	    stage_copy(im, e) == 0)
		rc = copy_rows(im, rd, &first, header, e);
	if (rc == 0)
		EVP_DigestFinal_ex(rd->decoder.digest, im->sha256, &n);
	reader_close(rd);
	return rc;
}

int
import_finish(struct import *im, struct err *e)
{
	progress_tell(im, "merging", true);
	if (stage_merge(im, e) != 0 || db_commit(im->db, e) != 0)
		return -1;
	im->over = true;
	if (im->progress != NULL)
		im->progress(im, "done", im->progress_ctx);
	return 0;
}

void
import_again(struct import *im)
{
	db_rollback(im->db);
	stage_clear(im);
	im->rows = im->bytes = im->rejected = im->nwarnings = 0;
	im->nerrors = 0;
}

void
import_fail(struct import *im, const struct err *why)
{
	db_rollback(im->db);
	if (im->id == NULL || im->over)
		return;
	im->over = true;
	progress_fail(im, why);
}
