/* The states of the United States, by their names and their postal codes. */
#ifndef RECORD_STATE_H
#define RECORD_STATE_H

#include "core/base.h"

/*
 * Return the two-letter code of a state, the District of Columbia or a
 * territory, given as "GA", "ga" or "Georgia" in n bytes; NULL for other text.
 */
const char *state_code(const char *, size_t n);

#endif
