/* Functions on text. */
#include <criterion/criterion.h>

#include "core/text.h"

#define S(s)	(s), sizeof(s) - 1

Test(text, counts_utf8_characters)
{
	static const struct {
		const char	*s;
		size_t		 n;
		ptrdiff_t	 chars;
	} t[] = {
		{ S(""), 0 },
		{ S("abc"), 3 },
		{ S("N\xc3\xba\xc3\xb1" "ez"), 5 },
		{ S("\xe2\x82\xac"), 1 },
		{ S("\xf0\x9f\x98\x80"), 1 },
		{ S("\xf4\x8f\xbf\xbf"), 1 },
		{ S("a\0b"), 3 },
		{ S("\x80"), -1 },			/* lone continuation */
		{ S("\xc3"), -1 },			/* cut off */
		{ S("\xe2\x82"), -1 },
		{ S("\xf0\x9f\x98"), -1 },
		{ S("\xc0\xaf"), -1 },			/* overlong */
		{ S("\xc1\xbf"), -1 },
		{ S("\xe0\x80\xaf"), -1 },
		{ S("\xf0\x80\x80\xaf"), -1 },
		{ S("\xed\xa0\x80"), -1 },		/* a surrogate */
		{ S("\xf4\x90\x80\x80"), -1 },		/* beyond U+10FFFF */
		{ S("\xf5\x80\x80\x80"), -1 },
		{ S("\xff"), -1 },
		{ S("a\xc3("), -1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		cr_expect_eq(text_utf8_length(t[i].s, t[i].n), t[i].chars,
		    "row %zu", i);
}

Test(text, trims_white_space_of_every_kind)
{
	static const struct {
		const char	*s;
		size_t		 n;
		const char	*left;
	} t[] = {
		{ S(""), "" },
		{ S("   "), "" },
		{ S("a"), "a" },
		{ S(" \t\r\n\v\f a b \n"), "a b" },
		{ S("\xc2\xa0" "a\xc2\xa0"), "a" },
		{ S("\xe2\x80\x8b" "a\xe2\x80\xaf"), "a" },
		{ S("\xe3\x80\x80" "a\xe3\x80\x80"), "a" },
		{ S("\xef\xbb\xbf" "a"), "a" },
		{ S("\xe2\x82\xac"), "\xe2\x82\xac" },
		{ S("a\xc3\xb1"), "a\xc3\xb1" },
		{ S("\xa0"), "\xa0" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const char	*s = t[i].s;
		size_t		 n = t[i].n;

		text_trim(&s, &n);
		cr_expect(n == strlen(t[i].left) &&
		    memcmp(s, t[i].left, n) == 0, "row %zu: '%.*s'", i,
		    (int)n, s);
	}
}

Test(text, finds_control_characters)
{
	static const struct {
		const char	*s;
		size_t		 n;
		bool		 plain, lines;
	} t[] = {
		{ S("abc"), false, false },
		{ S("a\nb"), true, false },
		{ S("a\r\nb\t"), true, false },
		{ S("a\0b"), true, true },
		{ S("a\x1b[m"), true, true },
		{ S("\x7f"), true, true },
		{ S("\xc2\x85"), true, true },
		{ S("\xc2\xa0"), false, false },
		{ S("\xc3\x80"), false, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		cr_expect_eq(text_has_control(t[i].s, t[i].n, false),
		    t[i].plain, "row %zu", i);
		cr_expect_eq(text_has_control(t[i].s, t[i].n, true),
		    t[i].lines, "row %zu with lines", i);
	}
}

Test(text, reads_integers)
{
	static const struct { const char *s; bool ok; int64_t value; } t[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "007", true, 7 },
		{ "-7", true, -7 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "99999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "+1", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1e3", false, 0 },
		{ "0x10", false, 0 },
		{ "1.0", false, 0 },
		{ "--1", false, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		int64_t	 value = 4711;

		cr_expect_eq(text_int64(t[i].s, strlen(t[i].s), &value),
		    t[i].ok, "%s", t[i].s);
		cr_expect_eq(value, t[i].ok ? t[i].value : 4711, "%s",
		    t[i].s);
	}
}

Test(text, reads_booleans)
{
	static const struct { const char *s; bool ok, value; } t[] = {
		{ "true", true, true }, { "T", true, true },
		{ "Yes", true, true }, { "on", true, true },
		{ "1", true, true }, { "y", true, true },
		{ "FALSE", true, false }, { "n", true, false },
		{ "off", true, false }, { "0", true, false },
		{ "", false, false }, { "maybe", false, false },
		{ "tru", false, false }, { "2", false, false },
		{ "true ", false, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		bool	 value = !t[i].value;

		cr_expect_eq(text_bool(t[i].s, strlen(t[i].s), &value),
		    t[i].ok, "%s", t[i].s);
		if (t[i].ok)
			cr_expect_eq(value, t[i].value, "%s", t[i].s);
	}
}

Test(text, compares_ignoring_case)
{
	char	 s[] = "Mixed \xc3\x84 Case";

	cr_expect(text_is("Content-Type", 12, "content-type"));
	cr_expect(text_is("", 0, ""));
	cr_expect(!text_is("abc", 3, "abcd"));
	cr_expect(!text_is("abcd", 4, "abc"));
	cr_expect(text_is("abcd", 3, "ABC"));
	cr_expect(!text_is("a\0c", 3, "a"));
	text_lower(s, strlen(s));
	cr_expect_str_eq(s, "mixed \xc3\x84 case");
}

Test(text, writes_hexadecimal)
{
	char	 out[9];

	text_hex("\x00\xff\x1a\xb2", 4, out);
	cr_expect_str_eq(out, "00ff1ab2");
}

Test(text, reads_hexadecimal_digits)
{
	static const char	 digits[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		cr_expect_eq(text_hex_digit(digits[i]), i);
		cr_expect_eq(text_hex_digit("0123456789ABCDEF"[i]), i);
	}
	for (const char *s = "/:@G`g\xff"; *s != '\0'; s++)
		cr_expect_eq(text_hex_digit(*s), -1, "%#x",
		    (unsigned)(unsigned char)*s);
}

/* The vectors of RFC 4648 section 10, and the digits - and _. */
Test(text, base64url_encodes_and_decodes)
{
	static const struct {
		const char	*raw;
		size_t		 n;
		const char	*text;
	} t[] = {
		{ S(""), "" },
		{ S("f"), "Zg" },
		{ S("fo"), "Zm8" },
		{ S("foo"), "Zm9v" },
		{ S("foob"), "Zm9vYg" },
		{ S("fooba"), "Zm9vYmE" },
		{ S("foobar"), "Zm9vYmFy" },
		{ S("\xfb\xff\xbf"), "-_-_" },
		{ S("\0\0\0"), "AAAA" },
	};
	unsigned char	 back[32];
	char		 out[32];

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		cr_expect_eq(text_base64url(t[i].raw, t[i].n, out),
		    strlen(t[i].text));
		cr_expect_str_eq(out, t[i].text);
		cr_expect_eq(text_unbase64url(t[i].text, strlen(t[i].text),
		    back), (ptrdiff_t)t[i].n);
		cr_expect_eq(memcmp(back, t[i].raw, t[i].n), 0);
	}
	cr_expect_eq(text_unbase64url("ab+/", 4, back), -1);
	cr_expect_eq(text_unbase64url("Zg==", 4, back), -1);
	cr_expect_eq(text_unbase64url("a\0b", 3, back), -1);
	cr_expect_eq(text_unbase64url("a b", 3, back), -1);
}
