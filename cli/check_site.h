/* The parts of cerberus check that make requests. */
#ifndef CLI_CHECK_SITE_H
#define CLI_CHECK_SITE_H

#include "check/check.h"

/* Check what the web server does with requests, and its certificate. */
bool	 check_site(const struct check *, const struct cfg *);

/* Compare this machine's clock with that of Stripe. */
bool	 check_stripe_clock(const struct check *, const struct cfg *);

#endif
