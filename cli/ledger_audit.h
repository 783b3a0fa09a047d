/* What the parts of cerberus donations check share. */
#ifndef CLI_LEDGER_AUDIT_H
#define CLI_LEDGER_AUDIT_H

#include "session.h"

/* The sums in reports of donations. */
enum sum {
	SUM_RECEIVED, SUM_REFUNDED, SUM_DISPUTED, SUM_NET, SUM_FEES,
	SUM_AFTER_FEES, SUM__MAX
};

/* The sums of the ledger for one campaign and currency, in minor units. */
struct expected {
	const char	*campaign;	/* its id */
	const char	*currency;
	int64_t		 sum[SUM__MAX];
	int64_t		 gone;		/* refunded and lost in disputes */
};

struct audit {
	struct session	 s;
	const char	*campaign;	/* NULL: all */
	size_t		 differences;
};

/* Print and count a difference. */
void	 audit_differs(struct audit *, const char *where, const char *what,
	    int64_t has, int64_t wanted);

#endif
