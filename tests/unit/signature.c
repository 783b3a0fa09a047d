/* Stripe-Signature, with a fixed key and fixed times. */
#include <criterion/criterion.h>

#include "stripe/signature.h"

/* HMAC-SHA256("whsec_test", "1700000000." BODY), from Python's hmac. */
#define BODY	"{\"id\":\"evt_1\"}"
#define MAC	\
	"c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925"
#define OTHER	\
	"0000000000000000000000000000000000000000000000000000000000000000"
#define AT	1700000000

static const struct {
	const char	*header;
	const char	*body;
	time_t		 now;
	enum signature	 wanted;
} rows[] = {
	{ "t=1700000000,v1=" MAC, BODY, AT, SIGNATURE_GOOD },
	{ "t=1700000000, v1=" MAC, BODY, AT, SIGNATURE_GOOD },
	{ "v1=" MAC ",t=1700000000", BODY, AT, SIGNATURE_GOOD },
	{ "t=1700000000,v1=" OTHER ",v1=" MAC ",v0=x", BODY, AT,
	  SIGNATURE_GOOD },
	{ "t=1700000000,v1=" MAC, BODY, AT + 300, SIGNATURE_GOOD },
	{ "t=1700000000,v1=" MAC, BODY, AT - 300, SIGNATURE_GOOD },
	{ "t=1700000000,v1=" MAC, BODY, AT + 301, SIGNATURE_OLD },
	{ "t=1700000000,v1=" MAC, BODY, AT - 301, SIGNATURE_OLD },
	{ "t=1700000001,v1=" MAC, BODY, AT, SIGNATURE_WRONG },
	{ "t=01700000000,v1=" MAC, BODY, AT, SIGNATURE_WRONG },
	{ "t=1700000000,v1=" MAC, BODY " ", AT, SIGNATURE_WRONG },
	{ "t=1700000000,v1=" MAC, "", AT, SIGNATURE_WRONG },
	{ "t=1700000000,v1=" OTHER, BODY, AT, SIGNATURE_WRONG },
	{ "t=1700000000,v0=" MAC, BODY, AT, SIGNATURE_MISSING },
	{ "t=1700000000,v1=" MAC "00", BODY, AT, SIGNATURE_MISSING },
	{ "t=1700000000", BODY, AT, SIGNATURE_MISSING },
	{ "v1=" MAC, BODY, AT, SIGNATURE_MISSING },
	{ "t=,v1=" MAC, BODY, AT, SIGNATURE_MISSING },
	{ "t=x,v1=" MAC, BODY, AT, SIGNATURE_MISSING },
	{ "t=1700000000,t=1700000000,v1=" MAC, BODY, AT, SIGNATURE_MISSING },
	{ "", BODY, AT, SIGNATURE_MISSING },
	{ NULL, BODY, AT, SIGNATURE_MISSING },
};

Test(signature, depends_on_body_secret_and_time)
{
	const char		*word[] = { "whsec_next", "whsec_test" };
	const struct cfg_list	 secrets = { word, 2 };
	const struct cfg_list	 others = { word, 1 };
	const struct cfg_list	 none = { NULL, 0 };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_eq(signature_check(rows[i].header, rows[i].body,
		    strlen(rows[i].body), &secrets, rows[i].now),
		    rows[i].wanted, "row %zu: %s", i, rows[i].header);
	cr_expect_eq(signature_check(rows[0].header, BODY, strlen(BODY),
	    &others, AT), SIGNATURE_WRONG);
	cr_expect_eq(signature_check(rows[0].header, BODY, strlen(BODY),
	    &none, AT), SIGNATURE_WRONG);
}
