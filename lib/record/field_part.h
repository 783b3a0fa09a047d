/* The parts of field_check(); only field*.c include this. */
#ifndef RECORD_FIELD_PART_H
#define RECORD_FIELD_PART_H

#include "field.h"

/* Check a KIND_DATE and a KIND_TIME, as field_check_trimmed(). */
int	 field_date(const struct field *, struct arena *, const char *,
	    size_t n, const char **out, struct err *) MUST_USE;
int	 field_time(const struct field *, struct arena *, const char *,
	    size_t n, const char **out, struct err *) MUST_USE;

/*
 * Is this an e-mail address: local part, @, and a domain of at least two
 * labels?  Comments and quoted local parts (RFC 5321) are not supported.
 */
bool	 email_valid(const char *, size_t n);

/*
 * Return a ZIP code as 12345 or 12345-6789.  A leading zero that a spreadsheet
 * removed is added.  Any other text is returned unchanged.
 */
const char *zip_normal(struct arena *, const char *, size_t n);

#endif
