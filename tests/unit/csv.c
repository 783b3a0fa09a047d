/* Writing CSV cells. */
#include <criterion/criterion.h>

#include "record/csv.h"

static const struct {
	const char	*in, *out;
} cells[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "a,b", "\"a,b\"" },
	{ "say \"a\"", "\"say \"\"a\"\"\"" },
	{ "\"", "\"\"\"\"" },
	{ "two\nlines", "\"two\nlines\"" },
	{ " edge", "\" edge\"" },
	{ "=1+1", "'=1+1" },
	{ "=A1,B1", "\"'=A1,B1\"" },
	{ "@SUM(A1)", "'@SUM(A1)" },
	{ "-1+1", "'-1+1" },
	{ "\tx", "'\tx" },
	{ "+15125550100", "+15125550100" },
	{ "-5", "-5" },
	{ "+", "'+" },
	{ "it's", "it's" },
};

Test(csv, quotes_cells_and_disarms_formulas)
{
	for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
		struct buf	 b;

		buf_init(&b, 1024);
		csv_add_cell(&b, cells[i].in, strlen(cells[i].in));
		cr_expect_str_eq(buf_str(&b), cells[i].out);
		buf_release(&b);
	}
}
