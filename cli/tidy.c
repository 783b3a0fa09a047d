/*
 * cerberus tidy: cancel the payment intents that nobody will pay, and delete
 * what has expired.
 */
#include <getopt.h>

#include "commands.h"
#include "reconcile.h"
#include "session.h"
#include "stripe/ending.h"

#define MOST	1000	/* intents of each kind and account in one run */

static const char usage[] =
    "usage: cerberus tidy [--quiet]\n"
    "\n"
    "Cancels at Stripe the payment intents of donations that have been pending\n"
    "for a day, and those whose cards were declined ten times.  Deletes expired\n"
    "sessions, stored answers, rate limits, and rows of voter files that were\n"
    "rejected 90 days ago.  Run it every hour.\n"
    "\n"
    "  -q, --quiet  print nothing unless something fails\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 done, 1 some intents are still open, 2 usage, 3 failure.\n";

int
end_stale(const struct cfg *cfg, struct db *db, struct arena *a,
    struct stale *out, struct err *e)
{
	struct ending	 n = { 0 };
	struct err	*failed = arena_zalloc(a, sizeof(*failed));
	struct rows	*rows;

	for (const struct cfg_stripe *k = &cfg->stripe; k != NULL; k = k->next)
		if (k->secret_key != NULL && intents_end(cfg, db, a, k, true,
		    MOST, &n, e) != 0)
			return -1;
	if (db_select(db, "SELECT cerberus.donations_expire() AS n", 0, NULL,
	    &rows, failed) != 0) {
		*e = *failed;
		return -1;
	}
	*out = (struct stale){ .ended = n.ended, .open = n.open,
	    .marked = (size_t)rows_int64(rows, 0, "n") };
	return 0;
}

/* Do all of it, and print what was done. */
static int
tidy(struct session *s, bool quiet)
{
	struct stale	 n;
	struct rows	*rows;

	if (end_stale(&s->cfg, &s->db, &s->arena, &n, &s->err) != 0)
		return session_fail(s);
	if (s->err.code != ERR_NONE)
		/* The reason is Stripe's answer for the last of them. */
		session_fail(s);
	err_clear(&s->err);
	if (!quiet)
		printf("%zu payment intents ended, %zu are still open\n"
		    "%zu donations without an intent marked\n", n.ended,
		    n.open, n.marked);
	if (db_select(&s->db, "SELECT what, removed FROM cerberus.tidy()", 0,
	    NULL, &rows, &s->err) != 0)
		return session_fail(s);
	for (size_t i = 0; !quiet && i < rows_count(rows); i++)
		printf("%s %s deleted\n", rows_text(rows, i, "removed"),
		    rows_text(rows, i, "what"));
	/* For cerberus check, which says if it is not run. */
	if (db_select(&s->db, "SELECT cerberus.job_done('tidy')", 0, NULL,
	    &rows, &s->err) != 0)
		return session_fail(s);
	return n.open > 0 ? STATUS_PARTLY : STATUS_DONE;
}

int
tidy_main(int argc, char **argv)
{
	static const struct option	 options[] = {
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct session	 s;
	bool		 quiet = false;
	int		 c, rc;

	while ((c = getopt_long(argc, argv, "qh", options, NULL)) != -1)
		switch (c) {
		case 'q':
			quiet = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return STATUS_DONE;
		default:
			goto misused;
		}
	if (optind < argc)
		goto misused;
	if (!session_begin(&s))
		return STATUS_FAILED;
	/* Only the role for Stripe may call these functions. */
	s.db.url = s.cfg.stripe_database_url;
	rc = tidy(&s, quiet);
	session_close(&s);
	return rc;
misused:
	fputs(usage, stderr);
	return STATUS_USAGE;
}
