/*
 * The door of an address, as door_of() in sql/deploy/doors.sql makes it, for
 * the usual addresses of a voter file: PostgreSQL takes several microseconds
 * for each.
 */
#ifndef IMPORT_DOOR_H
#define IMPORT_DOOR_H

#include "core/base.h"

#define DOOR_MAX	512	/* bytes, with the NUL */

/*
 * Write the door of a street address and a ZIP code, either of which may be
 * NULL, or "" if the address has none.  Return false, with out undefined, if
 * that is left to door_of(): without a ZIP code, for text beyond ASCII, for
 * punctuation, and for units such as "2 4B" and "APT4".
 */
bool	 door_make(const char *address, const char *zip, char out[DOOR_MAX])
	    MUST_USE;

#endif
