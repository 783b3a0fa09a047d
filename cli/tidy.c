/*
 * cerberus tidy: cancel the payment intents that nobody will pay, and delete
 * what has expired.
 */

#include "commands.h"
#include "options.h"
#include "session.h"
#include "stale.h"

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
	bool			 quiet = false;
	const struct cli_option	 options[] = {
		{ "quiet", 'q', .flag = &quiet },
	};
	struct session		 s;
	int			 at, rc;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &rc);
	if (at == -1)
		return rc;
	if (at < argc)
		return options_misused(usage);
	if (!session_begin(&s))
		return STATUS_FAILED;
	/* Only the role for Stripe may call these functions. */
	s.db.url = s.cfg.stripe_database_url;
	rc = tidy(&s, quiet);
	session_close(&s);
	return rc;
}
