/*
 * Canceling payment intents at Stripe: those whose cards were declined ten
 * times, and those that nobody has paid within a day.
 */
#ifndef STRIPE_ENDING_H
#define STRIPE_ENDING_H

#include "core/cfg.h"
#include "db/db.h"

/* The numbers of intents. */
struct ending {
	size_t	 ended;		/* canceled, or paid in the meantime */
	size_t	 open;		/* Stripe refused to cancel them, or did not
				 * answer: the next call tries again */
};

/*
 * Cancel at most most intents of each kind in the account that the keys belong
 * to, store that, and add to the counts.  With stale, include those that nobody
 * has paid.  Return -1 if the database fails; e also has the reason if some are
 * still open.
 */
int	 intents_end(const struct cfg *, struct db *, struct arena *,
	    const struct cfg_stripe *keys, bool stale, int most,
	    struct ending *, struct err *) MUST_USE;

#endif
