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
	{ "'=1", "''=1" },
	{ "'", "'" },
	{ "\xef\xbc\x9d" "1", "'\xef\xbc\x9d" "1" },
	{ "\xef\xbc\x8b" "1", "'\xef\xbc\x8b" "1" },
	{ "\xef\xbc\x8d" "1", "'\xef\xbc\x8d" "1" },
	{ "\xef\xbc\xa0x", "'\xef\xbc\xa0x" },
	{ "\xef\xbc\x9ax", "\xef\xbc\x9ax" },
	{ "a=b+c", "a=b+c" },
	{ "a;=6", "a;'=6" },
	{ "a;-6;b;@x", "a;'-6;b;'@x" },
	{ "a;\xef\xbc\x8b" "6", "a;'\xef\xbc\x8b" "6" },
	{ "=1;=2", "'=1;'=2" },
	{ "a;'=6", "a;''=6" },
	{ "a;it's;'x'", "a;it's;'x'" },
	{ "+15125550100;+1", "'+15125550100;'+1" },
	{ "a\t=6", "a\t'=6" },
	{ "a\n=6", "\"a\n'=6\"" },
	{ "a\r\n@6,\"", "\"a\r\n'@6,\"\"\"" },
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

/* Read a cell as a CSV parser does. */
static size_t
parsed(const char *s, size_t n, char *out)
{
	size_t	 len = 0;

	if (n == 0 || s[0] != '"') {
		memcpy(out, s, n);
		return n;
	}
	for (size_t i = 1; i + 1 < n; i++) {
		i += s[i] == '"';
		out[len++] = s[i];
	}
	return len;
}

/* Does a part of the cell begin like a formula, for any separator of cells? */
static bool
runs(const char *s, size_t n)
{
	static const char *const	 starts[] = { "=", "+", "-", "@",
					    "\xef\xbc\x9d", "\xef\xbc\x8b" };

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && strchr(";\t\r\n", s[i - 1]) == NULL)
			continue;
		/* A number as the whole cell is allowed. */
		if (i == 0 && n > 1 && strspn(s + 1, "0123456789") == n - 1 &&
		    (*s == '+' || *s == '-'))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(starts); k++)
			if (strncmp(s + i, starts[k], strlen(starts[k])) == 0)
				return true;
	}
	return false;
}

/* Try every text of up to five of these characters. */
Test(csv, is_read_back_exactly)
{
	static const char *const	 pieces[] = { "'", "=", "+", "5", "a",
					    ";", "\t", "\n", "\"", ",",
					    "\xef\xbc\x9d",
					    "\xef\xbc\x8b" };
	struct arena			 a = { 0 };
	struct buf			 b;
	char				 text[32], out[64];
	const char			*back;
	size_t				 n, len, total = 1;

	buf_init(&b, 1024);
	for (size_t i = 0; i < 5; i++)
		total *= ARRAY_LEN(pieces) + 1;
	for (size_t i = 0; i < total; i++) {
		text[n = 0] = '\0';
		for (size_t k = i; k > 0; k /= ARRAY_LEN(pieces) + 1) {
			const char	*piece = k % (ARRAY_LEN(pieces) + 1) ?
					    pieces[k % (ARRAY_LEN(pieces) + 1)
					    - 1] : "";

			memcpy(text + n, piece, strlen(piece) + 1);
			n += strlen(piece);
		}
		buf_clear(&b, 1024);
		csv_add_cell(&b, text, n);
		len = parsed(buf_str(&b), b.len, out);
		out[len] = '\0';
		cr_assert(!runs(out, len), "%s becomes %s", text, out);
		back = csv_unguard(&a, out, &len);
		cr_assert(len == n && memcmp(back, text, n) == 0,
		    "%s comes back as %.*s", text, (int)len, back);
		arena_release(&a);
	}
	buf_release(&b);
}
