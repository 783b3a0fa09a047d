/* The row of an import in the table imports. */
#include <unistd.h>

#include "core/clock.h"
#include "progress.h"

#define WATCH_MS	1000

int
progress_open(struct import *im, struct err *e)
{
	static const char sql[] =
	    "SELECT cerberus.import_open($1, $2, $3, $4, $5, $6)";
	const char	*param[6] = { im->opt.campaign_id, im->opt.file_name,
			    im->opt.layout, im->opt.mode,
			    im->opt.dry_run ? "t" : "f", "{}" };
	PGresult	*res;

	if (im->opt.mapping != NULL)
		param[5] = arena_printf(im->arena, "{\"mapping\":%s}",
		    json_object_to_json_string_ext(im->opt.mapping,
		    JSON_C_TO_STRING_PLAIN));
	if (db_one(&im->watch, sql, 6, param, &res, e) != 0)
		return -1;
	im->id = arena_strdup(im->arena, PQgetvalue(res, 0, 0));
	PQclear(res);
	return 0;
}

static void
update_row(struct import *im, const char *stage)
{
	static const char sql[] =
	    "UPDATE cerberus.imports SET stage = $2, bytes_read = $3, "
	    "rows = $4, rejected = $5, layout = $6 WHERE import_id = $1";
	const char	*param[6];
	char		 number[3][24];
	struct err	*e = arena_zalloc(&im->scratch, sizeof(*e));
	PGresult	*res;

	snprintf(number[0], sizeof(number[0]), "%lld", (long long)im->bytes);
	snprintf(number[1], sizeof(number[1]), "%lld", (long long)im->rows);
	snprintf(number[2], sizeof(number[2]), "%lld",
	    (long long)im->rejected);
	param[0] = im->id;
	param[1] = stage;
	for (size_t i = 0; i < 3; i++)
		param[2 + i] = number[i];
	param[5] = im->layout.name;
	if (db_one(&im->watch, sql, 6, param, &res, e) == 0)
		PQclear(res);
}

void
progress_tell(struct import *im, const char *stage, bool at_once)
{
	int64_t	 now = clock_ms();

	if (im->progress != NULL)
		im->progress(im, stage, im->progress_ctx);
	if (at_once || now - im->reported >= WATCH_MS) {
		im->reported = now;
		update_row(im, stage);
	}
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
progress_fail(struct import *im, const struct err *why)
{
	static const char sql[] =
	    "UPDATE cerberus.imports SET state = 'failed', error = $2, "
	    "finished_at = clock_timestamp() "
	    "WHERE import_id = $1 AND state = 'running'";
	const char	*param[2] = { im->id, reason(why) };
	struct err	*e;
	PGresult	*res;

	/* A server that is restarting is back within seconds. */
	for (int i = 0; i < 10; i++) {
		e = arena_zalloc(&im->scratch, sizeof(*e));
		if (db_one(&im->watch, sql, 2, param, &res, e) == 0) {
			PQclear(res);
			return;
		}
		if (e->code != ERR_UNAVAILABLE)
			return;
		usleep(500000);
	}
}
