/* What the tests of signups share. */
#ifndef API_SIGNUPS_H
#define API_SIGNUPS_H

#include "call.h"

#define FORM	"application/x-www-form-urlencoded"

/* Return a column of the interaction whose id the response has. */
const char *interaction_column(const struct answer *, const char *column);

/* Return a column of the voter whose id the response has. */
const char *voter_column(const struct answer *, const char *column);

#endif
