/*
 * Inserts and updates the row of a running import.  people/import_record.c
 * reads such rows for clients.
 */
#include <unistd.h>

#include "core/clock.h"
#include "progress.h"

#define UPDATE_MS	1000
#define RETRY_US	500000
#define RETRIES		10

void
progress_init(struct progress *p, const struct cfg *cfg, const char *identity)
{
	memset(p, 0, sizeof(*p));
	db_init(&p->db, cfg->database_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	db_identity(&p->db, identity);
}

void
progress_release(struct progress *p)
{
	db_release(&p->db);
}

/* Return what imports.options says of the options, as JSON. */
static const char *
options_json(struct arena *a, const struct import_options *o)
{
	const char	*initial = o->initial ? "\"initial\":true" : "";

	if (o->mapping == NULL)
		return arena_printf(a, "{%s}", initial);
	return arena_printf(a, "{%s%s\"mapping\":%s}", initial,
	    o->initial ? "," : "", json_object_to_json_string_ext(o->mapping,
	    JSON_C_TO_STRING_PLAIN));
}

int
progress_open(struct progress *p, struct arena *a,
    const struct import_options *o, struct err *e)
{
	static const char sql[] =
	    "SELECT cerberus.import_open($1, $2, $3, $4, $5, $6) AS import_id";
	const char	*param[6] = { o->campaign_id, o->file_name, o->layout,
			    o->mode, o->dry_run ? "t" : "f",
			    options_json(a, o) };
	struct rows	*r;

	if (db_select(&p->db, sql, 6, param, &r, e) != 0)
		return -1;
	p->id = arena_strdup(a, rows_text(r, 0, "import_id"));
	db_forget(&p->db);
	return 0;
}

int
progress_correct(struct progress *p, struct arena *a,
    const struct import_options *o, struct err *e)
{
	/* import_merge() checks and sets campaign_id. */
	static const char sql[] =
	    "UPDATE cerberus.imports SET layout = $2, mode = $3, "
	    "dry_run = $4, options = $5 WHERE import_id = $1";
	const char	*param[5] = { p->id, o->layout, o->mode,
			    o->dry_run ? "t" : "f", options_json(a, o) };
	struct rows	*r;

	if (db_select(&p->db, sql, 5, param, &r, e) != 0)
		return -1;
	db_forget(&p->db);
	return 0;
}

static void
update_row(struct progress *p, const struct report *report,
    const char *layout, const char *stage)
{
	static const char sql[] =
	    "UPDATE cerberus.imports SET stage = $2, bytes_read = $3, "
	    "rows = $4, rejected = $5, layout = $6 WHERE import_id = $1";
	char		 bytes[24], rows[24], rejected[24];
	const char	*param[6] = { p->id, stage, bytes, rows, rejected,
			    layout };
	struct err	 ignored = { 0 };
	struct rows	*r;

	snprintf(bytes, sizeof(bytes), "%lld", (long long)report->bytes);
	snprintf(rows, sizeof(rows), "%lld", (long long)report->rows);
	snprintf(rejected, sizeof(rejected), "%lld",
	    (long long)report->rejected);
	if (db_select(&p->db, sql, 6, param, &r, &ignored) == 0)
		db_forget(&p->db);
}

void
progress_tell(struct progress *p, const struct report *report,
    const char *layout, const char *stage, bool at_once)
{
	int64_t	 now = clock_ms();

	if (p->watch != NULL)
		p->watch(report, stage, p->watch_ctx);
	if (at_once || now - p->updated >= UPDATE_MS) {
		p->updated = now;
		update_row(p, report, layout, stage);
	}
}

void
progress_done(struct progress *p, const struct report *report)
{
	p->ended = true;
	if (p->watch != NULL)
		p->watch(report, "done", p->watch_ctx);
}

/* Return a sentence for people who look at the import. */
static const char *
reason(const struct err *e)
{
	if (e->msg[0] != '\0')
		return e->msg;
	if (e->nfields > 0)
		return e->field[0].msg;
	if (e->code == ERR_UNAVAILABLE)
		return "The database could not be reached.";
	return "Something went wrong on the server.";
}

void
progress_fail(struct progress *p, const struct err *why)
{
	static const char sql[] =
	    "UPDATE cerberus.imports SET state = 'failed', error = $2, "
	    "finished_at = clock_timestamp() "
	    "WHERE import_id = $1 AND state = 'running'";
	const char	*param[2] = { p->id, reason(why) };
	struct err	 e = { 0 };
	struct rows	*r;

	if (p->id == NULL || p->ended)
		return;
	p->ended = true;
	/* A server that is restarting is back within seconds. */
	for (int i = 0; i < RETRIES; i++) {
		if (db_select(&p->db, sql, 2, param, &r, &e) == 0) {
			db_forget(&p->db);
			return;
		}
		if (e.code != ERR_UNAVAILABLE)
			return;
		err_clear(&e);
		usleep(RETRY_US);
	}
}
