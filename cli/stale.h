/* Ending the donations that nobody has paid. */
#ifndef CLI_STALE_H
#define CLI_STALE_H

#include "core/cfg.h"
#include "db/db.h"

/* The numbers of donations that nobody has paid. */
struct stale {
	size_t	 ended;		/* intents that are canceled, or were paid */
	size_t	 open;		/* intents that Stripe does not cancel now */
	size_t	 marked;	/* donations without an intent */
};

/*
 * Cancel at Stripe the intents that nobody has paid, in all accounts of the
 * configuration, and mark their donations: cerberus tidy and cerberus reconcile
 * do this.  Return -1 if the database fails; e also has a reason if intents are
 * still open.
 */
int	 end_stale(const struct cfg *, struct db *, struct arena *,
	    struct stale *, struct err *) MUST_USE;

#endif
