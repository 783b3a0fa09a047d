/* The parts of cfg_load(); only cfg*.c include this. */
#ifndef CORE_CFG_PART_H
#define CORE_CFG_PART_H

#include "cfg.h"

/*
 * Store a value in the member that the row names.  from is where the value
 * comes from, for the message of an error.
 */
int	 cfg_set(struct cfg *, const struct cfg_row *, const char *value,
	    const char *from, struct err *) MUST_USE;

/*
 * Read the file at path.  A missing file is an error only if wanted.  Errors
 * are those of cfg_load().
 */
int	 cfg_read(struct cfg *, const char *path, bool wanted, struct err *)
	    MUST_USE;

/* Check the settings together, and refuse those not meant for production. */
int	 cfg_check(const struct cfg *, struct err *) MUST_USE;

#endif
