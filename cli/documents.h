/* The documents of cerberus donations check: the summary and the exports. */
#ifndef CLI_DOCUMENTS_H
#define CLI_DOCUMENTS_H

#include "ledger_audit.h"

/*
 * Compare the summary and the exports of a campaign with the ledger; n is the
 * number of its currencies.
 */
int	 documents_check(struct audit *, const struct expected *, size_t n)
	    MUST_USE;

#endif
