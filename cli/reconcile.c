/*
 * cerberus reconcile: read what has changed at Stripe and pass it to the
 * database, which stores what it does not have yet.  What it already has stays
 * unchanged, so the command can run again at any time.  sweep.c has the steps.
 */
#include <signal.h>
#include <unistd.h>

#include "core/text.h"
#include "options.h"
#include "reconcile.h"
#include "record/field.h"
#include "stale.h"
#include "sweep.h"

#define DAY		(24 * 3600)	/* seconds */
#define IDS_MAX		(256 * 1024 * 1024)

static const char usage[] =
    "usage: cerberus reconcile [--since 30d] [--quiet]\n"
    "\n"
    "Compares the donations with what has changed in each Stripe account of\n"
    "the configuration since the last complete run, or in 30 days if there\n"
    "was none; repairs differences; and fetches fees and payouts.\n"
    "\n"
    "  -s, --since WHEN  days (30d), hours (12h) or a date (2026-01-31)\n"
    "  -q, --quiet       print only what differs\n"
    "  -h, --help\n"
    "\n"
    "same: no difference; mended: an event was missed; linked: the donation\n"
    "did not have its intent; created: the donation was missing.  These need\n"
    "a person: foreign: Cerberus did not make this payment or subscription;\n"
    "unlisted: Stripe has no such intent; waiting: an event without a\n"
    "donation, or a dispute in an unknown state.\n"
    "\n"
    "Exit status: 0 no difference is left, 1 something needs a person,\n"
    "2 usage, 3 failure: the next run does all of it.\n";

/* Parse "30d", "12h" or "2026-01-31"; return false for anything else. */
static bool
read_since(const char *text, time_t *out)
{
	size_t		 n = strlen(text);
	struct tm	 tm = { 0 };
	int64_t		 count;
	const char	*end;

	if (n > 1 && (text[n - 1] == 'd' || text[n - 1] == 'h') &&
	    text_int64(text, n - 1, &count) && count > 0 && count < 100000) {
		*out = time(NULL) - (time_t)count *
		    (text[n - 1] == 'd' ? DAY : 3600);
		return true;
	}
	end = strptime(text, "%Y-%m-%d", &tm);
	if (n != 10 || end == NULL || *end != '\0' ||
	    !date_valid(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday))
		return false;
	*out = timegm(&tm);
	return true;
}

/* Reconcile all accounts of the configuration. */
static int
reconcile(struct run *r, struct err *e)
{
	struct stale	 stale;
	struct rows	*rows;
	size_t		 accounts = 0;

	r->terminal = isatty(STDERR_FILENO) == 1;
	buf_init(&r->ids, IDS_MAX);
	/* Keep nothing prepared: a pooler may change the connection. */
	db_init(&r->db, r->cfg.stripe_database_url, r->cfg.statement_timeout_ms,
	    DB_KEEP_NONE);
	for (const struct cfg_stripe *k = &r->cfg.stripe; k != NULL;
	    k = k->next) {
		if (k->secret_key == NULL)
			continue;
		accounts++;
		r->keys = k;
		if (sweep_account(r, e) != 0)
			return -1;
	}
	/* An installation without donations runs this every night, too. */
	if (accounts == 0 && !r->quiet)
		puts("No Stripe key is configured: there is nothing to "
		    "compare. Set secret_key in [stripe].");
	if (end_stale(&r->cfg, &r->db, &r->arena, &stale, e) != 0)
		return -1;
	/* For cerberus check, which says if it is not run. */
	if (db_select(&r->db, "SELECT cerberus.job_done('reconcile')", 0, NULL,
	    &rows, e) != 0)
		return -1;
	run_summary(r);
	if (stale.ended + stale.marked > 0)
		printf("%zu stale donations ended\n",
		    stale.ended + stale.marked);
	return 0;
}

int
reconcile_main(int argc, char **argv)
{
	struct run		 r = { .asked = 0 };
	const char		*since = NULL;
	const struct cli_option	 options[] = {
		{ "since", 's', .text = &since },
		{ "quiet", 'q', .flag = &r.quiet },
	};
	struct err		 e = { 0 };
	int			 at, rc;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage, &rc);
	if (at == -1)
		return rc;
	if (at < argc)
		return options_misused(usage);
	if (since != NULL && !read_since(since, &r.asked)) {
		fprintf(stderr, "cerberus: --since must be such as 30d, 12h or "
		    "2026-01-31\n");
		return STATUS_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	if ((rc = cfg_load(&r.cfg, &e)) == 0) {
		rc = reconcile(&r, &e);
		db_release(&r.db);
		buf_release(&r.ids);
		arena_release(&r.arena);
		cfg_release(&r.cfg);
	}
	if (rc != 0) {
		run_clear_progress(&r);
		fprintf(stderr, "cerberus: %s%s%s\n", e.msg, e.msg[0] != '\0' &&
		    e.detail[0] != '\0' ? " " : "", e.detail);
		return STATUS_FAILED;
	}
	return r.people > 0 ? STATUS_PARTLY : STATUS_DONE;
}
