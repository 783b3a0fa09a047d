/* Query strings and urlencoded bodies. */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "http/form.h"

static struct arena	 a;
static struct err	 e;
static struct form	 f;

static int
parse(const char *s, size_t n)
{
	memset(&e, 0, sizeof(e));
	return form_parse(&f, &a, s, n, &e);
}

static void
finish(void)
{
	arena_release(&a);
}

TestSuite(form, .fini = finish);

Test(form, splits_pairs_and_decodes_them)
{
	static const struct { const char *in, *name, *value; } t[] = {
		{ "a=b", "a", "b" },
		{ "a", "a", "" },
		{ "a=", "a", "" },
		{ "=b", "", "b" },
		{ "a=b=c", "a", "b=c" },
		{ "a+b=c+d", "a b", "c d" },
		{ "a=%2B%26%3d", "a", "+&=" },
		{ "interests%5Bx%5D=on", "interests[x]", "on" },
		{ "n=N%C3%BA%c3%b1ez", "n", "N\xc3\xba\xc3\xb1" "ez" },
		{ "&&a=b&&", "a", "b" },
		{ "a=b;c=d", "a", "b;c=d" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		cr_assert_eq(parse(t[i].in, strlen(t[i].in)), 0, "%s",
		    t[i].in);
		cr_assert_eq(f.n, 1, "%s", t[i].in);
		cr_expect_str_eq(f.pair[0].name, t[i].name);
		cr_expect_str_eq(f.pair[0].value, t[i].value);
		cr_expect_eq(f.pair[0].len, strlen(t[i].value));
	}
}

Test(form, find_returns_the_first_pair_of_a_name)
{
	cr_assert_eq(parse("a=1&b=2&a=3", 11), 0);
	cr_expect_eq(f.n, 3);
	cr_expect_str_eq(form_find(&f, "a")->value, "1");
	cr_expect_str_eq(form_find(&f, "b")->value, "2");
	cr_expect(form_find(&f, "c") == NULL);
	cr_assert_eq(parse("", 0), 0);
	cr_expect_eq(f.n, 0);
	cr_expect(form_find(&f, "a") == NULL);
}

Test(form, refuses_broken_input)
{
	static const char *const bad[] = {
		"a=%", "a=%4", "a=%zz", "%4=b", "a=%4&b=c", "a=%ff",
		"a=%C3", "a=%ED%A0%80", "a=%00", "a%00=b", "a=\xc3",
		"a=%C0%AF",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		cr_expect_eq(parse(bad[i], strlen(bad[i])), -1, "%s",
		    bad[i]);
		cr_expect_eq(err_kind(e.code)->status, 400, "%s", bad[i]);
		cr_expect_neq(e.msg[0], '\0');
	}
	cr_expect_eq(parse("a=b\0c", 5), -1);
}

Test(form, accepts_at_most_a_thousand_pairs)
{
	struct buf	 b;

	buf_init(&b, 100000);
	for (int i = 0; i < 1000; i++)
		buf_addf(&b, "%sa=%d", i > 0 ? "&" : "", i);
	cr_assert_eq(parse(b.data, b.len), 0);
	cr_expect_eq(f.n, 1000);
	buf_adds(&b, "&a=1000");
	cr_expect_eq(parse(b.data, b.len), -1);
	buf_release(&b);
}
