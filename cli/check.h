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

/* Settings that can be read, and make no sense; and the modes of files. */
bool	 check_settings(const struct cfg *);
bool	 check_modes(const struct cfg *);

/* The servers, if the database's URL names several. */
bool	 check_hosts(const struct cfg *);

/* What the web server does with requests, and its certificate. */
bool	 check_site(const struct cfg *);

/* The clock against those of the database, as seconds, and of Stripe. */
bool	 check_clock(const char *whose, int64_t theirs);
bool	 check_stripe_clock(const struct cfg *);

/*
 * Commands that run regularly and sequences, by a connection of the role for
 * Stripe; and the backup.
 */
bool	 check_upkeep(const struct cfg *, struct db *);
bool	 check_backup(const struct cfg *);

#endif
