/* Reads from a standby that has all that the primary had at the request. */
#include <poll.h>

#include "core/clock.h"
#include "core/log.h"
#include "db/db.h"
#include "route.h"
#include "standby.h"

#define PATIENCE_MS	300	/* for a standby that has not everything yet */
#define PAUSE_MS	10

static const char sql_end[] =
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() END"
    " AS lsn";

/* A standby that was promoted has everything that there is. */
static const char sql_behind[] =
    "SELECT CASE WHEN NOT pg_is_in_recovery()"
    " OR pg_last_wal_replay_lsn() >= $1::pg_lsn THEN 0"
    " ELSE coalesce(extract(epoch FROM clock_timestamp()"
    " - pg_last_xact_replay_timestamp()), -1) END * 1000 AS ms";

/*
 * Verify the caller, and return the end of the primary's log.  NULL without a
 * primary, or if the caller is refused.
 */
static const char *
log_end(struct req *rq, struct err *e)
{
	struct rows	*r;
	const char	*lsn;

	if (db_select(rq->db, sql_end, 0, NULL, &r, e) != 0)
		return NULL;
	if ((lsn = rows_text(r, 0, "lsn")) == NULL)
		err_detail(e, ERR_UNAVAILABLE, "the primary is a standby");
	return lsn;
}

/* Milliseconds that the standby is behind; -1 if that is unknown. */
static int64_t
behind(struct req *rq, const char *lsn, struct err *e)
{
	struct rows	*r;
	const char	*ms;

	if (db_select(rq->standby, sql_behind, 1, &lsn, &r, e) != 0 ||
	    (ms = rows_text(r, 0, "ms")) == NULL)
		return -1;
	return (int64_t)strtod(ms, NULL);
}

double
standby_behind(struct req *rq)
{
	struct err	*e = arena_zalloc(rq->arena, sizeof(*e));
	const char	*lsn = log_end(rq, e);
	int64_t		 ms = lsn != NULL ? behind(rq, lsn, e) : -1;

	return ms < 0 ? -1 : (double)ms / 1000;
}

/* Wait a little for the standby to apply the log up to lsn. */
static bool
catches_up(struct req *rq, const char *lsn, struct err *e)
{
	int64_t	 end = clock_ms() + PATIENCE_MS, ms;

	while ((ms = behind(rq, lsn, e)) != 0) {
		if (ms < 0 || ms > STANDBY_BEHIND * 1000 || clock_ms() > end)
			return false;
		poll(NULL, 0, PAUSE_MS);
	}
	return true;
}

int
standby_call(struct req *rq, struct resp *rs, struct err *e)
{
	struct db	*primary = rq->db;
	struct err	*why = arena_zalloc(rq->arena, sizeof(*why));
	const char	*lsn;
	size_t		 mark = rs->head.len;
	int		 rc;

	if (rq->standby == NULL)
		return route_call(rq, rs, e);
	if ((lsn = log_end(rq, e)) == NULL)
		return -1;
	db_identity(rq->standby, primary->identity);
	if (catches_up(rq, lsn, why)) {
		rq->db = rq->standby;
		rc = route_call(rq, rs, e);
		rq->db = primary;
		if (rc == 0 || rs->started || e->code != ERR_UNAVAILABLE)
			return rc;
		*why = *e;
		err_clear(e);
		resp_undo(rs, mark);
	}
	if (why->code != ERR_NONE)
		log_line("%s the standby is not used: %s %s", rq->id, why->msg,
		    why->detail);
	return route_call(rq, rs, e);
}
