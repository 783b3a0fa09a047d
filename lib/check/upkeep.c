/*
 * Checks of what must happen regularly, for cerberus check: commands that run
 * regularly, sequences that are ahead of their tables, and backups.
 */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "check.h"

#define HOUR	3600

/* Commands, and the hours after which one is missed. */
static const struct job {
	const char	*name;
	int64_t		 hours;
	bool		 stripe;	/* only with a key of Stripe */
} jobs[] = {
	{ "reconcile", 49, true },
	{ "tidy", 25, false },
};

static bool
has_stripe(const struct cfg *c)
{
	for (const struct cfg_stripe *a = &c->stripe; a != NULL; a = a->next)
		if (a->secret_key != NULL)
			return true;
	return false;
}

static bool
check_jobs(const struct check *k, const struct cfg *c, struct db *db)
{
	struct err	 e = { 0 };
	struct rows	*r;
	int64_t		 age;
	bool		 ok = true;

	for (size_t i = 0; i < ARRAY_LEN(jobs); i++) {
		if (jobs[i].stripe && !has_stripe(c))
			continue;
		if (db_select(db, "SELECT cerberus.job_age($1) AS age", 1,
		    &jobs[i].name, &r, &e) != 0)
			return check_report(k, false, "regular commands", "%s",
			    check_fault(&e));
		age = rows_int64(r, 0, "age");
		if (age > jobs[i].hours)
			ok = check_report(k, false, "regular commands",
			    "cerberus %s has not been complete for %lld hours. "
			    "See its output, and the timers or cron jobs of "
			    "docs/deploy.md", jobs[i].name, (long long)age);
	}
	if (ok)
		check_report(k, true, "regular commands", "%s", "");
	return ok;
}

static bool
check_sequences(const struct check *k, struct db *db)
{
	struct err	 e = { 0 };
	struct rows	*r;
	bool		 ok = true;

	if (db_select(db, "SELECT table_name, next_id, highest "
	    "FROM cerberus.sequences_behind()", 0, NULL, &r, &e) != 0)
		return check_report(k, false, "sequences",
		    "%s", check_fault(&e));
	for (size_t i = 0; i < rows_count(r); i++)
		ok = check_report(k, false, "sequences", "the next row of %s "
		    "would have the id %s, and there are ids up to %s. As the "
		    "database's administrator, move its sequence behind that "
		    "with setval()", rows_text(r, i, "table_name"),
		    rows_text(r, i, "next_id"), rows_text(r, i, "highest"));
	if (ok)
		check_report(k, true, "sequences", "%s", "");
	return ok;
}

bool
check_upkeep(const struct check *k, const struct cfg *c, struct db *db)
{
	bool	 ok = check_sequences(k, db);

	return check_jobs(k, c, db) && ok;
}

/* Set *out to the newest regular file of a folder, or to the file itself. */
static int
newest(const char *path, struct stat *out)
{
	struct dirent	*d;
	struct stat	 st;
	DIR		*dir;
	int		 rc = -1;

	if (stat(path, out) != 0)
		return -1;
	if (!S_ISDIR(out->st_mode))
		return 0;
	if ((dir = opendir(path)) == NULL)
		return -1;
	while ((d = readdir(dir)) != NULL)
		if (fstatat(dirfd(dir), d->d_name, &st, 0) == 0 &&
		    S_ISREG(st.st_mode) &&
		    (rc != 0 || st.st_mtime > out->st_mtime)) {
			*out = st;
			rc = 0;
		}
	if (rc != 0)
		errno = ENOENT;
	closedir(dir);
	return rc;
}

bool
check_backup(const struct check *k, const struct cfg *c)
{
	struct stat	 st;
	int64_t		 hours;

	if (c->backup_latest == NULL) {
		check_note(k, "backup",
		    "set latest in [backup] to have its age "
		    "checked");
		return true;
	}
	if (newest(c->backup_latest, &st) != 0)
		return check_report(k, false, "backup",
		    "%s: %s. Make a backup; "
		    "see docs/deploy.md", c->backup_latest, strerror(errno));
	hours = (time(NULL) - st.st_mtime) / HOUR;
	if (st.st_size == 0)
		return check_report(k, false, "backup", "the newest in %s is "
		    "empty. See why it failed", c->backup_latest);
	if (hours > c->backup_max_age_hours)
		return check_report(k, false, "backup",
		    "the newest in %s is %lld "
		    "hours old. See why none was made since",
		    c->backup_latest, (long long)hours);
	return check_report(k, true, "backup", "%s", "");
}
