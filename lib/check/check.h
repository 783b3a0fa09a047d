/*
 * Checks of an installation, for cerberus check and for the health check of
 * administrators.  Each reports what it found and returns whether all is well.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "core/cfg.h"
#include "db/db.h"

enum check_state {
	CHECK_OK,
	CHECK_FAILED,
	CHECK_NOTE,		/* it was not checked; the text says why */
};

/* Where the findings go. */
struct check {
	void	(*found)(void *ctx, enum check_state, const char *what,
		    const char *text);
	void	*ctx;
};

/*
 * Report one check, and return ok.  The text after it says what is wrong and
 * what to do; "" if nothing is.
 */
bool	 check_report(const struct check *, bool ok, const char *what,
	    const char *fmt, ...) PRINTF(4, 5);

/* Report what was not checked. */
void	 check_note(const struct check *, const char *what, const char *why);

/* The most detailed text of an error. */
const char *check_fault(const struct err *);

/* Check the values of settings, and the modes of the files they are in. */
bool	 check_settings(const struct check *, const struct cfg *);
bool	 check_modes(const struct check *, const struct cfg *);

/*
 * Check the database, its schema, the rights of the programs' roles, and what
 * check_upkeep() does, over connections of its own.
 */
bool	 check_database(const struct check *, const struct cfg *);

/* Check the servers, if the URL names several, and that of read_url. */
bool	 check_hosts(const struct check *, const struct cfg *);

/*
 * Compare this machine's clock with another one, such as that of the database.
 * theirs is in seconds since 1970.
 */
bool	 check_clock(const struct check *, const char *name, int64_t theirs);

/*
 * Check that the commands that should run regularly have run, and that
 * sequences are ahead of their tables, over a connection of the role for
 * Stripe.  Check the age of the backup.
 */
bool	 check_upkeep(const struct check *, const struct cfg *, struct db *);
bool	 check_backup(const struct check *, const struct cfg *);

#endif
