/* The servers of a database with standbys. */
#include "check.h"

#define BEHIND_MAX	60	/* seconds by which a standby may be behind */

/* The primary's position in its log, and how old the newest of a standby is. */
static const char sql_position[] =
    "SELECT pg_is_in_recovery() AS standby,"
    " CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() END AS lsn";
static const char sql_behind[] =
    "SELECT CASE WHEN pg_last_wal_replay_lsn() >= $1::pg_lsn THEN 0"
    " ELSE extract(epoch FROM clock_timestamp()"
    " - pg_last_xact_replay_timestamp()) END::bigint AS behind";
static const char sql_waits[] =
    "SELECT current_setting('synchronous_standby_names') <> ''"
    " AND current_setting('synchronous_commit') IN ('on', 'remote_apply')"
    " AS waits";

/* What was found out about the servers so far. */
struct servers {
	const struct check *check;
	const struct cfg *cfg;
	char		 lsn[32];	/* of the primary; "": none was found */
	char		 primary[64];	/* its name */
	size_t		 standbys;
	bool		 ok;
};

/* Report what is wrong with the servers. */
#define FAIL(s, ...)							\
	((s)->ok = check_report((s)->check, false, "servers", __VA_ARGS__))

/* Ask server i whether it is the primary. */
static void
find_primary(struct servers *s, size_t i)
{
	const char	*url = s->cfg->database_url;
	struct err	 e = { 0 };
	struct rows	*r;
	struct db	 db;

	db_init_host(&db, url, i, s->cfg->statement_timeout_ms);
	if (db_select(&db, sql_position, 0, NULL, &r, &e) == 0 &&
	    !rows_bool(r, 0, "standby")) {
		if (*s->lsn != '\0')
			FAIL(s, "%s is a primary besides another one: the "
			    "two have different data. Stop the one that the "
			    "cluster's manager does not name", s->primary);
		snprintf(s->lsn, sizeof(s->lsn), "%s", rows_text(r, 0, "lsn"));
		db_url_host(url, i, s->primary, sizeof(s->primary));
	}
	db_release(&db);
}

/* Check a server that is a standby. */
static void
check_standby(struct servers *s, size_t i)
{
	const char	*url = s->cfg->database_url, *lsn = s->lsn;
	char		 name[64];
	struct err	 e = { 0 };
	struct rows	*r;
	struct db	 db;
	int64_t		 behind;

	db_url_host(url, i, name, sizeof(name));
	db_init_host(&db, url, i, s->cfg->statement_timeout_ms);
	if (db_select(&db, sql_position, 0, NULL, &r, &e) != 0) {
		FAIL(s, "%s: %s. Start it, before another is lost too", name,
		    check_fault(&e));
	} else if (rows_bool(r, 0, "standby") && *lsn != '\0') {
		s->standbys++;
		if (db_select(&db, sql_behind, 1, &lsn, &r, &e) != 0)
			FAIL(s, "%s: %s", name, check_fault(&e));
		else if ((behind = rows_int64(r, 0, "behind")) > BEHIND_MAX)
			FAIL(s, "%s is %lld seconds behind the primary. "
			    "See its log", name, (long long)behind);
	}
	db_release(&db);
}

/* Check the standby that read_url leads to. */
static bool
check_read_url(const struct check *k, const struct cfg *cfg)
{
	struct err	 e = { 0 };
	struct rows	*r;
	struct db	 primary, standby;
	const char	*lsn;
	int64_t		 behind = 0;
	bool		 ok;

	if (cfg->read_url == NULL)
		return true;
	db_init(&primary, cfg->database_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	db_init(&standby, cfg->read_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	ok = db_select(&primary, sql_position, 0, NULL, &r, &e) == 0;
	if (ok) {
		lsn = rows_text(r, 0, "lsn");
		ok = db_select(&standby, sql_behind, 1, &lsn, &r, &e) == 0;
	}
	if (ok)
		behind = rows_int64(r, 0, "behind");
	db_release(&standby);
	db_release(&primary);
	if (!ok)
		return check_report(k, false, "read_url", "%s. The primary "
		    "answers instead", check_fault(&e));
	if (behind > BEHIND_MAX)
		return check_report(k, false, "read_url", "the standby is %lld "
		    "seconds behind the primary, which answers instead. See "
		    "its log", (long long)behind);
	return check_report(k, true, "read_url", "%s", "");
}

/*
 * Check the server that sync_url leads to: a standby, for which the primary
 * waits.  Whether for this one, only the cluster's manager knows.
 */
static bool
check_sync_url(const struct check *k, const struct cfg *cfg)
{
	struct err	 e = { 0 };
	struct rows	*r;
	struct db	 sync;
	bool		 ok, standby = false, waits = false;

	if (cfg->sync_url == NULL)
		return true;
	db_init(&sync, cfg->sync_url, cfg->statement_timeout_ms, DB_KEEP_NONE);
	ok = db_select(&sync, sql_position, 0, NULL, &r, &e) == 0;
	if (ok)
		standby = rows_bool(r, 0, "standby");
	db_release(&sync);
	if (!ok)
		return check_report(k, false, "sync_url", "%s. Reads are away "
		    "as long as the primary", check_fault(&e));
	db_init(&sync, cfg->database_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	ok = db_select(&sync, sql_waits, 0, NULL, &r, &e) == 0;
	if (ok)
		waits = rows_bool(r, 0, "waits");
	db_release(&sync);
	if (ok && (!standby || !waits))
		return check_report(k, false, "sync_url", "%s", standby ?
		    "the primary waits for no standby; set "
		    "synchronous_standby_names, or remove sync_url" :
		    "it leads to the primary; name the synchronous standby");
	return check_report(k, true, "sync_url", "%s", "");
}

bool
check_hosts(const struct check *k, const struct cfg *cfg)
{
	struct servers	 s = { .check = k, .cfg = cfg, .ok = true };
	size_t		 n = db_url_hosts(cfg->database_url);

	/* Both are reported. */
	s.ok = check_read_url(k, cfg);
	s.ok = check_sync_url(k, cfg) && s.ok;
	if (n == 1)
		return s.ok;
	if (!db_url_wants_primary(cfg->database_url) ||
	    !db_url_wants_primary(cfg->stripe_database_url))
		FAIL(&s, "the database's URLs name several hosts and not "
		    "which is wanted, so that a standby may be used. Add "
		    "target_session_attrs=read-write to url and stripe_url");
	for (size_t i = 0; i < n; i++)
		find_primary(&s, i);
	for (size_t i = 0; i < n; i++)
		check_standby(&s, i);
	if (s.ok)
		check_report(k, true, "servers", "%s is the primary, with %zu "
		    "standby%s", s.primary, s.standbys, s.standbys == 1 ? "" :
		    "s");
	return s.ok;
}
