/* Reads from standbys that have all that the primary had at the request. */
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

/* The end of what a standby has received; NULL if that is unknown. */
static const char sql_received[] =
    "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()"
    " ELSE pg_current_wal_lsn() END AS lsn";

static const char sql_identify[] =
    "SELECT is_admin FROM identify($1)";

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

/* Milliseconds that a standby is behind; -1 if that is unknown. */
static int64_t
behind(struct db *db, const char *lsn, struct err *e)
{
	struct rows	*r;
	const char	*ms;

	if (db_select(db, sql_behind, 1, &lsn, &r, e) != 0 ||
	    (ms = rows_text(r, 0, "ms")) == NULL)
		return -1;
	return (int64_t)strtod(ms, NULL);
}

double
standby_behind(struct req *rq)
{
	struct err	*e = arena_zalloc(rq->arena, sizeof(*e));
	const char	*lsn = log_end(rq, e);
	int64_t		 ms = lsn != NULL ? behind(rq->standby, lsn, e) : -1;

	return ms < 0 ? -1 : (double)ms / 1000;
}

/* Wait a little for a standby to apply the log up to lsn. */
static bool
catches_up(struct db *db, const char *lsn, struct err *e)
{
	int64_t	 end = clock_ms() + PATIENCE_MS, ms;

	while ((ms = behind(db, lsn, e)) != 0) {
		if (ms < 0 || ms > STANDBY_BEHIND * 1000 || clock_ms() > end)
			return false;
		poll(NULL, 0, PAUSE_MS);
	}
	return true;
}

/* Call the handler with a standby that has verified the caller. */
static int
call_with(struct req *rq, struct db *db, struct resp *rs, struct err *e)
{
	struct db	*primary = rq->db;
	int		 rc;

	rq->db = db;
	rc = route_call(rq, rs, e);
	rq->db = primary;
	return rc;
}

/* The standby of read_url answers, or the primary if it cannot. */
static int
relieve(struct req *rq, struct resp *rs, size_t mark, struct err *e)
{
	struct err	*why = arena_zalloc(rq->arena, sizeof(*why));
	const char	*lsn;
	int		 rc;

	if ((lsn = log_end(rq, e)) == NULL)
		return -1;
	db_identity(rq->standby, rq->db->identity);
	if (catches_up(rq->standby, lsn, why)) {
		rc = call_with(rq, rq->standby, rs, e);
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

/* Has the synchronous standby applied all that it had received just now? */
static bool
is_whole(struct db *sync, struct err *e)
{
	struct rows	*r;
	const char	*lsn;

	return db_select(sync, sql_received, 0, NULL, &r, e) == 0 &&
	    (lsn = rows_text(r, 0, "lsn")) != NULL && catches_up(sync, lsn, e);
}

/* What enter() does on the primary, except for the limit of requests. */
static int
verify(struct req *rq, struct err *e)
{
	const char	*hash = rq->db->identity;
	struct rows	*r;

	if (hash == NULL)
		return 0;
	if (db_select(rq->sync, sql_identify, 1, &hash, &r, e) != 0)
		return -1;
	if (rq->db->admins_only && !rows_bool(r, 0, "is_admin"))
		return err_set(e, ERR_FORBIDDEN, "Only an admin may do this.");
	return 0;
}

/*
 * Would the primary say the same?  A handler may need to write, or a role that
 * sync_url does not have.
 */
static bool
is_final(const struct err *e)
{
	return e->code != ERR_NONE && e->code != ERR_FORBIDDEN &&
	    e->code != ERR_INTERNAL &&
	    (e->code != ERR_UNAVAILABLE || e->slug != NULL);
}

/*
 * The synchronous standby answers.  If it cannot, e remains, which says why the
 * primary does not.
 */
static int
replace(struct req *rq, struct resp *rs, size_t mark, struct err *e)
{
	struct err	*why = arena_zalloc(rq->arena, sizeof(*why));

	resp_undo(rs, mark);
	db_identity(rq->sync, rq->db->identity);
	if (is_whole(rq->sync, why) && verify(rq, why) == 0) {
		rq->db->entered = true;
		if (call_with(rq, rq->sync, rs, why) == 0) {
			err_clear(e);
			return 0;
		}
		if (!rs->started && !is_final(why))
			resp_undo(rs, mark);
	}
	if (rs->started || is_final(why))
		*e = *why;
	else
		log_line("%s the synchronous standby is not used: %s %s",
		    rq->id, why->msg, why->detail);
	return -1;
}

int
standby_call(struct req *rq, struct resp *rs, struct err *e)
{
	size_t	 mark = rs->head.len;
	int	 rc;

	if (rq->standby != NULL && (rq->route->access & ROUTE_STANDBY) != 0)
		rc = relieve(rq, rs, mark, e);
	else
		rc = route_call(rq, rs, e);
	if (rc != 0 && rq->sync != NULL && rq->method == M_GET &&
	    !rs->started && e->code == ERR_UNAVAILABLE && e->slug == NULL)
		return replace(rq, rs, mark, e);
	return rc;
}
