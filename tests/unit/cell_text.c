/* Texts as voter files write them: words, dates, phones, e-mails, names. */
#include <criterion/criterion.h>

#include "import/custom.h"
#include "import/date_order.h"
#include "import/email_text.h"
#include "import/name_text.h"
#include "import/phone_text.h"
#include "import/unknown.h"
#include "import/words.h"

static struct arena	 memory;

static const struct { const char *text; bool anywhere, in_names; } words[] = {
	{ "NULL", true, true }, { "null", true, true }, { "\\N", true, true },
	{ "N/A", true, true }, { "n/a", true, true }, { "NONE", true, true },
	{ "none", true, true }, { "-", true, true },
	{ "None", true, false }, { "Null", true, false },
	{ "", false, false }, { "--", false, false }, { "N", false, false },
	{ "NULLS", false, false }, { "NA", false, false },
};

Test(words, for_nothing)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const char	*s = words[i].text;

		cr_expect_eq(word_is_nothing(s, strlen(s), false),
		    words[i].anywhere, "%s", s);
		cr_expect_eq(word_is_nothing(s, strlen(s), true),
		    words[i].in_names, "%s", s);
	}
}

static const struct { const char *text, *unwrapped; } wrapped[] = {
	{ "=\"00123\"", "00123" }, { "=\" 7 \"", "7" }, { "=\"\"", "" },
	{ "=1+1", "=1+1" }, { "=\"a\"&\"b\"", "=\"a\"&\"b\"" },
	{ "\"1\"", "\"1\"" }, { "=\"", "=\"" }, { "=", "=" },
};

Test(words, of_spreadsheets_are_unwrapped)
{
	for (size_t i = 0; i < ARRAY_LEN(wrapped); i++) {
		const char	*s = wrapped[i].text;
		size_t		 n = strlen(s);

		word_unwrap(&s, &n);
		cr_expect_str_eq(arena_strndup(&memory, s, n),
		    wrapped[i].unwrapped, "%s", wrapped[i].text);
	}
	cr_expect_eq(word_without_fraction("1970.0", 6), 4);
	cr_expect_eq(word_without_fraction("27601.00", 8), 5);
	cr_expect_eq(word_without_fraction("27600", 5), 5);
	cr_expect_eq(word_without_fraction("1.50", 4), 4);
	cr_expect_eq(word_without_fraction("a.0", 3), 3);
	cr_expect_eq(word_without_fraction(".0", 2), 2);
}

static const struct {
	const char	*text;
	enum date_order	 order;
	enum date_kind	 kind;
	const char	*out;
	enum date_sign	 sign;
} dates[] = {
	{ "1970-02-03", DATE_MDY, DATE_OK, "1970-02-03", DATE_NO_SIGN },
	{ "02/03/1970", DATE_MDY, DATE_OK, "1970-02-03", DATE_EITHER },
	{ "02/03/1970", DATE_DMY, DATE_OK, "1970-03-02", DATE_EITHER },
	{ "3/3/1970", DATE_MDY, DATE_OK, "1970-03-03", DATE_NO_SIGN },
	{ "2/13/70", DATE_MDY, DATE_OK, "1970-02-13", DATE_MONTH_FIRST },
	{ "13/2/1970", DATE_MDY, DATE_BAD, "", DATE_DAY_FIRST },
	{ "31.12.1970", DATE_DMY, DATE_OK, "1970-12-31", DATE_DAY_FIRST },
	{ "2/3/1970 0:00:00", DATE_MDY, DATE_OK, "1970-02-03", DATE_EITHER },
	{ "1970-02-03T00:00:00Z", DATE_MDY, DATE_OK, "1970-02-03",
	    DATE_NO_SIGN },
	{ "19700203", DATE_MDY, DATE_OK, "1970-02-03", DATE_NO_SIGN },
	{ "02131970", DATE_MDY, DATE_OK, "1970-02-13", DATE_MONTH_FIRST },
	{ "12251970", DATE_MDY, DATE_OK, "1970-12-25", DATE_MONTH_FIRST },
	{ "70-2-3", DATE_YMD, DATE_OK, "1970-02-03", DATE_NO_SIGN },
	/* A two-digit year is never in the future. */
	{ "1/31/26", DATE_MDY, DATE_OK, "2026-01-31", DATE_MONTH_FIRST },
	{ "2/1/26", DATE_MDY, DATE_OK, "1926-02-01", DATE_EITHER },
	{ "1/1/27", DATE_MDY, DATE_OK, "1927-01-01", DATE_NO_SIGN },
	{ "3-Feb-1970", DATE_MDY, DATE_OK, "1970-02-03", DATE_NO_SIGN },
	{ "03-FEB-70 12.00.00 AM", DATE_MDY, DATE_OK, "1970-02-03",
	    DATE_NO_SIGN },
	{ "February 3, 1970", DATE_MDY, DATE_OK, "1970-02-03", DATE_NO_SIGN },
	{ "AUGUST 3 1970", DATE_MDY, DATE_OK, "1970-08-03", DATE_NO_SIGN },
	{ "1970 Sept 3", DATE_MDY, DATE_OK, "1970-09-03", DATE_NO_SIGN },
	{ "30-Feb-1970", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	{ "3-Foo-1970", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	/* Days of a spreadsheet. */
	{ "25569", DATE_MDY, DATE_OK, "1970-01-01", DATE_NO_SIGN },
	{ "25602.75", DATE_MDY, DATE_OK, "1970-02-03", DATE_NO_SIGN },
	{ "36526.0", DATE_MDY, DATE_OK, "2000-01-01", DATE_NO_SIGN },
	{ "99999", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	{ "123", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	{ "123456", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	/* Years, and dates that are withheld. */
	{ "1952", DATE_MDY, DATE_YEAR, "1952", DATE_NO_SIGN },
	{ "1952.0", DATE_MDY, DATE_YEAR, "1952", DATE_NO_SIGN },
	{ "XX/XX/1960", DATE_MDY, DATE_PARTIAL, "1960", DATE_NO_SIGN },
	{ "00/00/1960", DATE_MDY, DATE_PARTIAL, "1960", DATE_NO_SIGN },
	{ "1960-XX-XX", DATE_MDY, DATE_PARTIAL, "1960", DATE_NO_SIGN },
	{ "1960-03-00", DATE_MDY, DATE_PARTIAL, "1960", DATE_NO_SIGN },
	{ "03/**/1960", DATE_MDY, DATE_PARTIAL, "1960", DATE_NO_SIGN },
	{ "03/1960", DATE_MDY, DATE_PARTIAL, "1960", DATE_NO_SIGN },
	{ "00001960", DATE_MDY, DATE_PARTIAL, "1960", DATE_NO_SIGN },
	{ "19600000", DATE_MDY, DATE_PARTIAL, "1960", DATE_NO_SIGN },
	{ "XX-XX-XXXX", DATE_MDY, DATE_HIDDEN, "", DATE_NO_SIGN },
	{ "##/##/####", DATE_MDY, DATE_HIDDEN, "", DATE_NO_SIGN },
	{ "00/00/0000", DATE_MDY, DATE_HIDDEN, "", DATE_NO_SIGN },
	{ "0000-00-00 00:00:00", DATE_MDY, DATE_HIDDEN, "", DATE_NO_SIGN },
	{ "00000000", DATE_MDY, DATE_HIDDEN, "", DATE_NO_SIGN },
	{ "02/13/XXXX", DATE_MDY, DATE_HIDDEN, "", DATE_NO_SIGN },
	{ "REDACTED", DATE_MDY, DATE_HIDDEN, "", DATE_NO_SIGN },
	/* Dates that do not exist. */
	{ "02/30/1970", DATE_MDY, DATE_BAD, "", DATE_MONTH_FIRST },
	{ "2/30/1980 0:00:00", DATE_MDY, DATE_BAD, "", DATE_MONTH_FIRST },
	{ "13/13/1970", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	{ "02/29/1981", DATE_MDY, DATE_BAD, "", DATE_MONTH_FIRST },
	{ "19810229", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	{ "1/1/0197", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	{ "1960-1961", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	{ "yesterday", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	{ "1/2", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
	{ "1/2/3/4", DATE_MDY, DATE_BAD, "", DATE_NO_SIGN },
};

Test(dates, are_read_in_every_form)
{
	for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
		const char	*s = dates[i].text;
		char		 out[11] = "";
		enum date_sign	 sign;
		enum date_kind	 kind = date_read(s, strlen(s),
				    dates[i].order, "2026-01-31", out, &sign);

		cr_expect_eq(kind, dates[i].kind, "%s: kind %d", s, (int)kind);
		cr_expect_eq(sign, dates[i].sign, "%s: sign %d", s, (int)sign);
		if (*dates[i].out != '\0')
			cr_expect_str_eq(out, dates[i].out, "%s", s);
	}
}

/* Read dates as the rows of a file; return the last one. */
static const char *
read_all(struct dates *d, const char *const *text)
{
	static char	 out[11];

	for (int64_t line = 2; *text != NULL; text++, line++)
		if (dates_read(d, *text, strlen(*text), line, out) != DATE_OK)
			out[0] = '\0';
	return out;
}

#define TEXTS(...)	((const char *const[]){ __VA_ARGS__, NULL })

Test(dates, of_a_file_decide_their_order)
{
	struct dates	 d;

	/* The first date decides before any date depends on the order. */
	dates_init(&d, -1);
	cr_expect_str_eq(read_all(&d, TEXTS("13/02/1970", "01/02/1970")),
	    "1970-02-01");
	cr_expect_not(dates_decide(&d));
	cr_expect_null(dates_warning(&d, &memory));

	/* The last one decides: the file has to be read again. */
	dates_init(&d, -1);
	cr_expect_str_eq(read_all(&d, TEXTS("01/02/1970", "13/02/1970")), "");
	cr_expect(dates_decide(&d));
	cr_expect_str_eq(read_all(&d, TEXTS("13/02/1970", "01/02/1970")),
	    "1970-02-01");
	cr_expect_not(dates_decide(&d));
	cr_expect_null(dates_warning(&d, &memory));

	dates_init(&d, -1);
	cr_expect_str_eq(read_all(&d, TEXTS("01/02/1970", "02/13/1970",
	    "01/02/1970")), "1970-01-02");
	cr_expect_not(dates_decide(&d));
	cr_expect_null(dates_warning(&d, &memory));
}

Test(dates, of_a_file_that_do_not_decide_are_warned_of)
{
	struct dates	 d;

	dates_init(&d, -1);
	read_all(&d, TEXTS("1970-01-13", "01/02/1970"));
	cr_expect_not(dates_decide(&d));
	cr_assert_not_null(dates_warning(&d, &memory));
	cr_expect_not_null(strstr(dates_warning(&d, &memory), "line 3"));

	/* Most dates have the day first. */
	dates_init(&d, -1);
	read_all(&d, TEXTS("02/13/1970", "13/02/1970", "14/02/1970"));
	cr_expect(dates_decide(&d));
	cr_expect_str_eq(read_all(&d, TEXTS("02/13/1970", "13/02/1970",
	    "14/02/1970")), "1970-02-14");
	cr_assert_not_null(dates_warning(&d, &memory));
	cr_expect_not_null(strstr(dates_warning(&d, &memory), "day first"));

	/* Who gives the order needs no warning. */
	dates_init(&d, DATE_MDY);
	read_all(&d, TEXTS("01/02/1970", "13/02/1970"));
	cr_expect_not(dates_decide(&d));
	cr_expect_null(dates_warning(&d, &memory));
}

static const struct { const char *text, *number, *extension; } phones[] = {
	{ "919-555-1234 x12", "+19195551234", "12" },
	{ "(919) 555-1234 ext. 12", "+19195551234", "12" },
	{ "919.555.1234, Ext 12", "+19195551234", "12" },
	{ "9195551234x1", "+19195551234", "1" },
	{ "919-555-1234 extension 12345", "+19195551234", "12345" },
	{ "919-555-1234 #7", "+19195551234", "7" },
	{ "tel:+1-919-555-1234;ext=12", "+19195551234", "12" },
	{ "TEL: 919 555 1234", "+19195551234", NULL },
	{ "011 44 20 7946 0958", "+442079460958", NULL },
	{ "011442079460958", "+442079460958", NULL },
	{ "9195551234.0", "+19195551234", NULL },
	{ "19195551234.0", "+19195551234", NULL },
	{ "555-1234 x12", NULL, NULL }, { "unlisted", NULL, NULL },
	{ "x12", NULL, NULL }, { "ext", NULL, NULL }, { "tel:", NULL, NULL },
	{ "011", NULL, NULL },
	{ "919-555-1234 x123456789", NULL, NULL },
};

Test(phones, are_read_with_what_surrounds_them)
{
	for (size_t i = 0; i < ARRAY_LEN(phones); i++) {
		const char	*s = phones[i].text, *ext = NULL;
		const char	*number = phone_read(&memory, s, strlen(s),
				    &ext);

		cr_expect_eq(number == NULL, phones[i].number == NULL, "%s",
		    s);
		if (number != NULL && phones[i].number != NULL)
			cr_expect_str_eq(number, phones[i].number, "%s", s);
		cr_expect_eq(ext == NULL, phones[i].extension == NULL, "%s",
		    s);
		if (ext != NULL && phones[i].extension != NULL)
			cr_expect_str_eq(ext, phones[i].extension, "%s", s);
	}
}

static const struct {
	const char	*text, *found;	/* separated by spaces */
	bool		 rest;
} emails[] = {
	{ "A@x.org;b@x.org", "a@x.org b@x.org", false },
	{ "a@x.org, b@x.org / c@x.org|d@x.org", "a@x.org b@x.org c@x.org "
	    "d@x.org", false },
	{ "a@x.org A@X.ORG", "a@x.org", false },
	{ "Ann Lee <a@x.org>", "a@x.org", false },
	{ "mailto:a@x.org", "a@x.org", false },
	{ "a@x.org.", "a@x.org", false },
	{ "a@x.org; b@", "a@x.org", true },
	{ "a@x.org (work)", "a@x.org", true },
	{ "none given", "", true }, { "@", "", true }, { ";", "", false },
};

Test(emails, of_one_cell_are_found)
{
	static const struct field	 f = { .name = "e", .max = 255,
					    .kind = KIND_EMAIL };

	for (size_t i = 0; i < ARRAY_LEN(emails); i++) {
		const char	*out[EMAILS_MAX], *s = emails[i].text;
		char		 all[200] = "";
		bool		 rest;
		size_t		 n = emails_read(&f, &memory, s, strlen(s),
				    out, &rest), len = 0;

		for (size_t k = 0; k < n; k++)
			len += (size_t)snprintf(all + len, sizeof(all) - len,
			    "%s%s", k > 0 ? " " : "", out[k]);
		cr_expect_str_eq(all, emails[i].found, "%s", s);
		cr_expect_eq(rest, emails[i].rest, "%s", s);
	}
}

static const struct {
	const char	*text, *first, *middle, *last, *suffix;
} names[] = {
	{ "SMITH, JOHN A JR", "JOHN", "A", "SMITH", "JR" },
	{ "SMITH JR, JOHN A", "JOHN", "A", "SMITH", "JR" },
	{ "SMITH, JR, JOHN A", "JOHN", "A", "SMITH", "JR" },
	{ "John A. Smith Jr.", "John", "A.", "Smith", "Jr." },
	{ "John A. Smith, Jr.", "John", "A.", "Smith", "Jr." },
	{ "John Smith", "John", NULL, "Smith", NULL },
	{ "Dr. Maria de la Cruz", "Maria", NULL, "de la Cruz", NULL },
	{ "De La Cruz, Maria", "Maria", NULL, "De La Cruz", NULL },
	{ "Mr. John Paul van der Berg III", "John", "Paul", "van der Berg",
	    "III" },
	{ "Van Morrison", "Van", NULL, "Morrison", NULL },
	{ "SMITH, JOHN V", "JOHN", "V", "SMITH", NULL },
	{ "  Núñez ,  José   Luis ", "José", "Luis", "Núñez", NULL },
	{ "Madonna", NULL, NULL, "Madonna", NULL },
	{ "SMITH,", NULL, NULL, "SMITH", NULL },
	{ ", JOHN", "JOHN", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL, NULL },
	{ "Jr.", NULL, NULL, "Jr.", NULL },
};

static void
same_part(const char *text, const char *got, const char *want)
{
	cr_expect_eq(got == NULL, want == NULL, "%s: %s", text,
	    got != NULL ? got : "null");
	if (got != NULL && want != NULL)
		cr_expect_str_eq(got, want, "%s", text);
}

Test(names, in_one_cell_are_split)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct name	 name;

		name_split(&memory, names[i].text, strlen(names[i].text),
		    &name);
		same_part(names[i].text, name.first, names[i].first);
		same_part(names[i].text, name.middle, names[i].middle);
		same_part(names[i].text, name.last, names[i].last);
		same_part(names[i].text, name.suffix, names[i].suffix);
	}
}

/* A word may be empty for strlen(), but not for the reader. */
Test(names, with_nul_are_split)
{
	struct name	 name;

	name_split(&memory, "A\0\0\0\0 B", 7, &name);
	cr_expect_str_eq(name.first, "A");
	cr_expect_null(name.middle);
	cr_expect_str_eq(name.last, "B");
}

Test(unknown, values_are_counted_in_bounded_memory)
{
	struct unknowns	*u = arena_zalloc(&memory, sizeof(*u));
	struct buf	 b;
	char		 code[16];

	unknowns_init(u, &memory);
	for (int i = 0; i < 100000; i++) {
		snprintf(code, sizeof(code), "c%d", i % 1000);
		unknowns_add(u, "gender", code, strlen(code));
	}
	for (int i = 0; i < 300; i++)
		unknowns_add(u, "gender", "c7", 2);
	unknowns_end(u);
	cr_expect_eq(u->n, UNKNOWN_MAX + 1);
	cr_expect_str_eq(u->list[0].value, "c7");
	cr_expect_eq(u->list[0].count, 400);
	cr_expect_str_eq(u->list[UNKNOWN_MAX].value, "and others");
	cr_expect_eq(u->list[UNKNOWN_MAX].count, 100 * (1000 - UNKNOWN_MAX));
	buf_init(&b, 1024 * 1024);
	unknowns_write(u, &b);
	cr_expect_eq(strncmp(buf_str(&b), "[{\"column\":\"gender\","
	    "\"value\":\"c7\",\"count\":400},", 46), 0, "%s", buf_str(&b));
	buf_release(&b);
}

Test(custom, keys_are_unique)
{
	static const char	*heading[] = { "Note", "Note", "Note 2", "",
				    "Note" };
	static size_t		 unmapped[] = { 0, 1, 2, 3, 4 };
	const struct plan	 p = { .heading = heading,
				    .unmapped = unmapped, .nunmapped = 5 };
	static const char *const want[] = { "Note", "Note 3", "Note 2",
				    "column 4", "Note 4" };
	struct custom		*c = arena_zalloc(&memory, sizeof(*c));

	custom_init(c, &memory, &p, true);
	for (size_t i = 0; i < 5; i++)
		cr_expect_str_eq(c->key[i], want[i]);
}
