/* Layout files: their sections, fixed widths, and the common words. */
#include <criterion/criterion.h>

#include "import/common_value.h"
#include "import/layout_parse.h"

static struct arena	 arena;

/* Parse a layout and return the error, or NULL. */
static const char *
parse(struct layout *l, const char *text, int *line)
{
	return layout_parse(l, &arena, text, line);
}

#define FIXED	"[layout]\nformat = fixed\n[columns]\n"

/* Each text has one mistake; the error names its line and says what it is. */
static const struct {
	const char	*text;
	int		 line;
	const char	*why;
} bad[] = {
	{ "[layout]\nformat = wide\n", 2, "must be fixed" },
	{ "[columns]\ncity = #1\n[layout]\nformat = fixed\n", 4,
	    "must come before the columns" },
	{ "[columns]\ncity = #1-20\n", 2, "the format is not fixed" },
	{ FIXED "city = TOWN\n", 4, "the format is fixed" },
	{ FIXED "city = #0-4\n", 4, "the format is fixed" },
	{ FIXED "city = #9-8\n", 4, "the format is fixed" },
	{ FIXED "city = #1-\n", 4, "the format is fixed" },
	{ FIXED "city = #-4\n", 4, "the format is fixed" },
	{ FIXED "city = #1-4-8\n", 4, "the format is fixed" },
	{ FIXED "city = #1-9999999\n", 4, "the format is fixed" },
	{ FIXED "city = #1-99999999999999999999\n", 4, "the format is fixed" },
	{ FIXED "city = #1-4 + TOWN\n", 4, "the format is fixed" },
	{ "[columns]\ncity = #0\n", 2, "positions such as #3" },
	{ "[columns]\ncity = #2001\n", 2, "positions such as #3" },
	{ "[columns]\ncity = A|B|C|D|E|F|G\n", 2, "must be headings" },
	{ "[numbers]\nward = often\n", 2, "must be yes or no" },
	{ "[numbers]\nparish = yes\n", 2, "is not a column of voters" },
};

Test(layout, mistakes_are_named_with_their_line)
{
	struct layout	*l = arena_zalloc(&arena, sizeof(*l));
	const char	*why;
	int		 line;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		line = -1;
		why = parse(l, bad[i].text, &line);
		cr_assert_not_null(why, "%s", bad[i].text);
		cr_expect_eq(line, bad[i].line, "%s: line %d", bad[i].text,
		    line);
		cr_expect_not_null(strstr(why, bad[i].why), "%s: %s",
		    bad[i].text, why);
	}
	arena_release(&arena);
}

Test(layout, columns_of_equal_width_are_one_span)
{
	struct layout	*l = arena_zalloc(&arena, sizeof(*l));
	int		 line;

	cr_assert_null(parse(l, FIXED "first_name = #1-5\n"
	    "last_name = #6-10\nward = #11\nprecinct = #11 + #6-10\n"
	    "[numbers]\nward = yes\n", &line));
	cr_expect(l->fixed);
	cr_expect_eq(l->header, 0);
	cr_assert_eq(l->nspan, 3);
	cr_expect_eq(l->span[1].start, 5);
	cr_expect_eq(l->span[1].n, 5);
	cr_expect_eq(l->span[2].start, 10);
	cr_expect_eq(l->span[2].n, 1);
	cr_expect_eq(l->rule[VOTER_precinct].part[0].position, 3);
	cr_expect_eq(l->rule[VOTER_precinct].part[1].position, 2);
	cr_expect(l->rule[VOTER_ward].number);
	cr_expect_not(l->rule[VOTER_precinct].number);
	arena_release(&arena);
}

struct bytes {
	const char	*p;
	size_t		 n;
};

/* Read at most 3 bytes, so that reads end within lines and characters. */
static ssize_t
read_some(struct source *s, void *p, size_t n, struct err *e)
{
	struct bytes	*b = s->ctx;
	size_t		 some = b->n < 3 ? b->n : 3;

	(void)e;
	if (some > n)
		some = n;
	memcpy(p, b->p, some);
	b->p += some;
	b->n -= some;
	return (ssize_t)some;
}

/* Widths count characters, not bytes; lines may be short, or empty. */
Test(layout, fixed_widths_cut_each_line)
{
	static const struct span spans[] = { { 0, 4 }, { 4, 3 }, { 9, 1 } };
	static const char	 text[] =
				    "Ann Lee..1\r\n"
				    "\r\n"
				    "Zo\xc3\xab N\xc3\xba\xc3\xb1..2\n"
				    "\"Al,Li\n"
				    "X\r"
				    "last123456789";
	static const struct {
		int64_t		 line;
		const char	*cell[3];
	} want[] = {
		{ 1, { "Ann ", "Lee", "1" } },
		{ 3, { "Zo\xc3\xab ", "N\xc3\xba\xc3\xb1", "2" } },
		{ 4, { "\"Al,", "Li", "" } },
		{ 5, { "X", "", "" } },
		{ 6, { "last", "123", "6" } },
	};
	struct bytes		 b = { text, sizeof(text) - 1 };
	struct source		 s = { .read = read_some, .ctx = &b };
	struct reader		*r = arena_zalloc(&arena, sizeof(*r));
	struct err		 e = { 0 };
	struct row		 row;

	cr_assert_eq(reader_open(r, &arena, &s, "utf-8", &e), 0, "%s", e.msg);
	reader_set_fixed(r, spans, ARRAY_LEN(spans));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		cr_assert_eq(reader_next(r, &row, &e), 1, "row %zu", i);
		cr_expect_eq(row.line, want[i].line);
		cr_expect_null(row.fault);
		cr_assert_eq(row.n, ARRAY_LEN(spans));
		for (size_t k = 0; k < row.n; k++)
			cr_expect(row.cell[k].n == strlen(want[i].cell[k]) &&
			    memcmp(row.cell[k].p, want[i].cell[k],
			    row.cell[k].n) == 0, "line %d, cell %zu: %.*s",
			    (int)row.line, k, (int)row.cell[k].n,
			    row.cell[k].p);
	}
	cr_expect_eq(row.raw_len, strlen("last123456789"));
	cr_expect_eq(reader_next(r, &row, &e), 0);
	reader_close(r);
	arena_release(&arena);
}

/* NULL: the letter means different things in different states. */
static const struct {
	int		 field;
	const char	*from, *to;
} words[] = {
	{ VOTER_registration_status, "A", "Active" },
	{ VOTER_registration_status, "act", "Active" },
	{ VOTER_registration_status, "Registered", "Active" },
	{ VOTER_registration_status, "I", "Inactive" },
	{ VOTER_registration_status, "Pre-Registered", "Pending" },
	{ VOTER_registration_status, "canceled", "Cancelled" },
	{ VOTER_registration_status, "PURGED", "Cancelled" },
	{ VOTER_registration_status, "V", NULL },
	{ VOTER_registration_status, "R", NULL },
	{ VOTER_registration_status, "S", NULL },
	{ VOTER_registration_status, "D", NULL },
	{ VOTER_party_affiliation, "D", "Democratic" },
	{ VOTER_party_affiliation, "gop", "Republican" },
	{ VOTER_party_affiliation, "LBT", "Libertarian" },
	{ VOTER_party_affiliation, "Green Party", "Green" },
	{ VOTER_party_affiliation, "No Party", "Unaffiliated" },
	{ VOTER_party_affiliation, "non-partisan", "Unaffiliated" },
	{ VOTER_party_affiliation, "DTS", "Unaffiliated" },
	{ VOTER_party_affiliation, "Independent", NULL },
	{ VOTER_party_affiliation, "IND", NULL },
	{ VOTER_party_affiliation, "Working Families", NULL },
	{ VOTER_gender, "female", "F" },
	{ VOTER_gender, "M", "M" },
	{ VOTER_gender, "Non-binary", "X" },
	{ VOTER_gender, "Unknown", "U" },
	{ VOTER_gender, "\xc3\xa9", NULL },
	{ VOTER_gender, "?", NULL },
	{ VOTER_city, "A", NULL },
};

Test(layout, common_words_are_known_without_a_layout)
{
	bool	 any;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const char	*to = layout_value(words[i].field, NULL,
				    words[i].from, strlen(words[i].from),
				    &any);

		if (words[i].to == NULL)
			cr_expect_null(to, "%s is %s", words[i].from, to);
		else
			cr_expect_str_eq(to, words[i].to, "%s",
			    words[i].from);
	}
}

Test(layout, a_value_map_comes_before_the_common_words)
{
	struct rule	 r = { .set = true };
	bool		 any;

	layout_add_value(&r, &arena, "*", "Other");
	layout_add_value(&r, &arena, "A", "Pending");
	cr_expect_str_eq(layout_value(VOTER_registration_status, r.values,
	    "a", 1, &any), "Pending");
	cr_expect_not(any);
	cr_expect_str_eq(layout_value(VOTER_registration_status, r.values,
	    "I", 1, &any), "Inactive");
	cr_expect_not(any);
	cr_expect_str_eq(layout_value(VOTER_registration_status, r.values,
	    "V", 1, &any), "Other");
	cr_expect(any);
	arena_release(&arena);
}
