/* What the log line of a request contains.  core/log.c writes it. */
#include "core/log.h"
#include "request_log.h"

#define LINE_LENGTH	1000
#define REFUSED_MAX	200	/* with what log_line() adds */
#define PATH_LENGTH	300
#define REFUSED_PATH	90

void
request_log(const struct req *rq, const struct resp *rs, const struct err *e,
    int rc, int64_t us)
{
	bool		 refused = rs->status >= 400 && rs->status < 500;
	struct buf	 line;

	buf_init(&line, 2048);
	buf_addf(&line, "%s %s ", rq->id, req_method(rq));
	buf_addf(&line, "%.*s", refused ? REFUSED_PATH : PATH_LENGTH,
	    arena_printf(rq->arena, "%s%s", rq->script, rq->path));
	buf_addf(&line, " %d %lld.%03lldms", rs->status,
	    (long long)(us / 1000), (long long)(us % 1000));
	if (rc != 0 || e->detail[0] != '\0')
		buf_addf(&line, " %s %s", e->slug != NULL ? e->slug :
		    err_kind(e->code)->slug, e->detail);
	log_line("%.*s", refused ? REFUSED_MAX - LOG_FRAME : LINE_LENGTH,
	    buf_str(&line));
	buf_release(&line);
}
