/* Entity tags in headers: which of them match. */
#include <criterion/criterion.h>

#include "http/etag.h"

/* Headers, and whether they match "abc" strongly and weakly. */
static const struct { const char *header; bool strong, weak; } rows[] = {
	{ "\"abc\"", true, true },
	{ "*", true, true },
	{ " * ", true, true },
	{ "\"x\", \"abc\"", true, true },
	{ "\"x\",\"abc\",\"y\"", true, true },
	{ ", ,\"abc\" ,", true, true },
	{ "\"a,b\", \"abc\"", true, true },
	{ "W/\"abc\"", false, true },
	{ "W/\"abc\", \"abc\"", true, true },
	{ "W/\"x\", W/\"abc\"", false, true },
	{ "\"abc-gzip\"", true, true },
	{ "\"abc-br\"", true, true },
	{ "\"abc\"-gzip", true, true },
	{ "\"abc\"-br, \"x\"", true, true },
	{ "\"x\"-gzip, \"abc\"-gzip", true, true },
	{ "W/\"abc-gzip\"", false, true },
	{ "\"abc-gzip-gzip\"", false, false },
	{ "\"abc-zip\"", false, false },
	{ "\"abcd\"", false, false },
	{ "\"ab\"", false, false },
	{ "\"\"", false, false },
	{ "\"-gzip\"", false, false },
	{ "abc", false, false },
	{ "\"abc", false, false },
	{ "\"x\"y, \"abc\"", false, false },
	{ "\"x\" *", false, false },
	{ "", false, false },
};

Test(etag, headers_match_as_rfc_9110_says)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cr_expect_eq(etag_match(rows[i].header, "\"abc\"", true),
		    rows[i].strong, "%s", rows[i].header);
		cr_expect_eq(etag_match(rows[i].header, "\"abc\"", false),
		    rows[i].weak, "%s", rows[i].header);
	}
}
