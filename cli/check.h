/* The parts of cerberus check.  Each prints a line for what it has checked. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "core/cfg.h"
#include "db/db.h"

/*
 * Print the line of one check, and return ok.  The text after it says what is
 * wrong and what to do; "" if nothing is.
 */
bool	 check_report(bool ok, const char *what, const char *fmt, ...)
	    PRINTF(3, 4);

/* Print a line for what was not checked. */
void	 check_note(const char *what, const char *why);

/* Check the values of settings, and the modes of the files they are in. */
bool	 check_settings(const struct cfg *);
bool	 check_modes(const struct cfg *);

/* Check the servers, if the URL names several, and that of read_url. */
bool	 check_hosts(const struct cfg *);

/* Check what the web server does with requests, and its certificate. */
bool	 check_site(const struct cfg *);

/*
 * Compare this machine's clock with another one: that of the database, or that
 * of Stripe, which check_stripe_clock() asks.  theirs is in seconds since 1970.
 */
bool	 check_clock(const char *name, int64_t theirs);
bool	 check_stripe_clock(const struct cfg *);

/*
 * Check that the commands that should run regularly have run, and that
 * sequences are ahead of their tables, over a connection of the role for
 * Stripe.  Check the age of the backup.
 */
bool	 check_upkeep(const struct cfg *, struct db *);
bool	 check_backup(const struct cfg *);

#endif
