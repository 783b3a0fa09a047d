/* multipart/form-data (RFC 7578), read in pieces of every size. */
#include <criterion/criterion.h>

#include "fake.h"
#include "http/multipart.h"

static struct arena	 a;
static struct err	 e;

static void
finish(void)
{
	arena_release(&a);
}

TestSuite(multipart, .fini = finish);

/*
 * Read a whole body with the boundary B.  Return its parts, one per line, as
 * "name|filename|type|data"; NULL if the body is refused.
 */
static const char *
describe(const char *in, size_t n, size_t piece)
{
	static struct fake	 f;
	const char		*length = arena_printf(&a,
				    "CONTENT_LENGTH=%zu", n);
	const char		*env[] = { length, NULL };
	struct multipart	 m;
	struct body		 b;
	struct part		 p;
	const char		*text, *said = "";
	size_t			 len;
	int			 more;

	memset(&e, 0, sizeof(e));
	fake_init(&f, env, in, n, piece);
	if (body_open(&b, &f.io, 1 << 20, &e) != 0 ||
	    multipart_open(&m, &a, &b, "B", &e) != 0)
		return NULL;
	while ((more = multipart_next(&m, &p, &e)) == 1) {
		if (multipart_text(&m, 100000, &text, &len, &e) != 0)
			return NULL;
		cr_expect_eq(strlen(text), len);
		said = arena_printf(&a, "%s%s|%s|%s|%s\n", said, p.name,
		    p.filename != NULL ? p.filename : "-",
		    p.type != NULL ? p.type : "-", text);
	}
	cr_expect(more == -1 || f.len == 0, "the body was not read to its end");
	return more == 0 ? said : NULL;
}

#define DISPOSITION	"Content-Disposition: form-data; "

static const struct { const char *in, *said; } good[] = {
	{ "--B\r\n" DISPOSITION "name=\"a\"\r\n\r\nx\r\n--B--\r\n",
	  "a|-|-|x\n" },
	/* nothing after the last boundary, not even a line break */
	{ "--B\r\n" DISPOSITION "name=a\r\n\r\nx\r\n--B--", "a|-|-|x\n" },
	/* an empty part */
	{ "--B\r\n" DISPOSITION "name=\"a\"\r\n\r\n\r\n--B--\r\n",
	  "a|-|-|\n" },
	/* a part without even its line break */
	{ "--B\r\n" DISPOSITION "name=\"a\"\r\n\r\n--B--\r\n", "a|-|-|\n" },
	/* no parts */
	{ "--B--\r\n", "" },
	{ "preamble\r\n--B\r\n" DISPOSITION "name=\"a\"\r\n\r\nx\r\n--B--"
	  "\r\nepilogue --B", "a|-|-|x\n" },
	{ "--B\r\ncontent-disposition:form-data;name=\"f\";"
	  "filename=\"v.csv\"\r\nContent-Type: text/csv\r\n\r\nl1\r\nl2\r\n"
	  "\r\n--B\r\n" DISPOSITION "name=\"b\"\r\n\r\ny\r\n--B--\r\n",
	  "f|v.csv|text/csv|l1\r\nl2\r\n\nb|-|-|y\n" },
	/* a file input without a chosen file */
	{ "--B\r\n" DISPOSITION "name=\"f\"; filename=\"\"\r\n\r\n\r\n--B--",
	  "f||-|\n" },
	/* quotes and semicolons inside */
	{ "--B\r\n" DISPOSITION "filename=\"a;name=b\\\".csv\"; "
	  "name=\"f\"\r\n\r\nx\r\n--B--", "f|a;name=b\".csv|-|x\n" },
	/* data that resembles a boundary */
	{ "--B\r\n" DISPOSITION "name=\"a\"\r\n\r\n\r--B\n--B\r\n-B\r\n--"
	  "\r\n--B--", "a|-|-|\r--B\n--B\r\n-B\r\n--\n" },
	/* white space after a boundary (RFC 2046) */
	{ "--B \t\r\n" DISPOSITION "name=\"a\"\r\n\r\nx\r\n--B--",
	  "a|-|-|x\n" },
};

Test(multipart, reads_in_pieces_of_every_size)
{
	static const size_t	 pieces[] = { 1, 2, 3, 4, 5, 7, 16, 1000 };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		for (size_t k = 0; k < ARRAY_LEN(pieces); k++) {
			const char	*said = describe(good[i].in,
					    strlen(good[i].in), pieces[k]);

			cr_assert(said != NULL, "row %zu in pieces of %zu: %s",
			    i, pieces[k], e.msg);
			cr_expect_str_eq(said, good[i].said);
		}
}

Test(multipart, refuses_broken_bodies)
{
	static const struct { const char *in; size_t n; } bad[] = {
#define S(s)	{ s, sizeof(s) - 1 }
		S(""),
		S("no boundary at all"),
		S("--B"),
		S("--B\r\n"),
		S("--B\r\n" DISPOSITION "name=\"a\"\r\n\r\nx"),
		S("--B\r\n" DISPOSITION "name=\"a\"\r\n\r\nx\r\n--B"),
		S("--B\r\n" DISPOSITION "name=\"a\""),
		S("--B\r\n" DISPOSITION "\r\n\r\nx\r\n--B--"),
		S("--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--"),
		S("--B\r\n\r\nx\r\n--B--"),
		S("--Bx\r\n" DISPOSITION "name=\"a\"\r\n\r\nx\r\n--B--"),
		S("--B\r\n" DISPOSITION "name=\"a\0b\"\r\n\r\nx\r\n--B--"),
		S("--B\r\n" DISPOSITION "name=\"\xff\"\r\n\r\nx\r\n--B--"),
#undef S
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		for (size_t piece = 1; piece < 100; piece += 33) {
			cr_expect(describe(bad[i].in, bad[i].n, piece) ==
			    NULL, "row %zu", i);
			cr_expect_eq(err_kind(e.code)->status, 400,
			    "row %zu", i);
		}
}

Test(multipart, limits_headers_and_parts)
{
	struct buf	 b;

	buf_init(&b, 1 << 20);
	buf_adds(&b, "--B\r\n" DISPOSITION "name=\"a\"; x=\"");
	for (int i = 0; i < 10000; i++)
		buf_addc(&b, 'x');
	buf_adds(&b, "\"\r\n\r\nx\r\n--B--");
	cr_expect(describe(b.data, b.len, 1000) == NULL);
	buf_clear(&b, SIZE_MAX);
	for (int i = 0; i < 201; i++)
		buf_adds(&b, "--B\r\n" DISPOSITION "name=\"a\"\r\n\r\nx\r\n");
	buf_adds(&b, "--B--");
	cr_expect(describe(b.data, b.len, 1000) == NULL);
	cr_expect_eq(err_kind(e.code)->status, 400);
	buf_release(&b);
}

Test(multipart, streams_a_part_larger_than_its_window)
{
	static const char	 end[] = "\r\n--B--\r\n";
	static char		 got[300000];
	struct fake		*f = calloc(1, sizeof(*f));
	struct multipart	 m;
	struct body		 b;
	struct part		 p;
	struct buf		 in;
	ssize_t			 n;
	size_t			 len = 0;
	const char		*env[2] = { NULL };

	buf_init(&in, 1 << 20);
	buf_adds(&in, "--B\r\n" DISPOSITION "name=\"f\"\r\n\r\n");
	for (int i = 0; i < 25000; i++)
		buf_addf(&in, "%08d\r\n", i);
	buf_add(&in, end, sizeof(end) - 1);
	env[0] = arena_printf(&a, "CONTENT_LENGTH=%zu", in.len);
	fake_init(f, env, in.data, in.len, 4099);
	cr_assert_eq(body_open(&b, &f->io, 1 << 20, &e), 0);
	cr_assert_eq(multipart_open(&m, &a, &b, "B", &e), 0);
	cr_assert_eq(multipart_next(&m, &p, &e), 1);
	while ((n = multipart_read(&m, got + len, 777, &e)) > 0)
		len += (size_t)n;
	cr_expect_eq(n, 0);
	cr_expect_eq(len, 250000);
	cr_expect_eq(memcmp(got + 249990, "00024999\r\n", 10), 0);
	cr_expect_eq(multipart_next(&m, &p, &e), 0);
	buf_release(&in);
	free(f);
}

/* Open a body of n bytes with the boundary B, which arrives in pieces. */
static void
open_body(struct multipart *m, struct body *b, struct fake *f, const char *in,
    size_t n)
{
	const char	**env = arena_zalloc(&a, 2 * sizeof(*env));

	env[0] = arena_printf(&a, "CONTENT_LENGTH=%zu", n);
	fake_init(f, env, in, n, 10);
	cr_assert_eq(body_open(b, &f->io, 1000, &e), 0);
	cr_assert_eq(multipart_open(m, &a, b, "B", &e), 0);
}

Test(multipart, skips_parts_that_are_not_read)
{
	static const char	 in[] = "--B\r\n" DISPOSITION "name=\"a\"\r\n"
				    "\r\nunread\r\n--B\r\n" DISPOSITION
				    "name=\"b\"\r\n\r\nx\r\n--B--";
	struct fake		*f = calloc(1, sizeof(*f));
	struct multipart	 m;
	struct body		 b;
	struct part		 p;
	const char		*text;
	size_t			 len;

	open_body(&m, &b, f, in, sizeof(in) - 1);
	cr_assert_eq(multipart_next(&m, &p, &e), 1);
	cr_assert_eq(multipart_next(&m, &p, &e), 1);
	cr_expect_str_eq(p.name, "b");
	cr_assert_eq(multipart_text(&m, 10, &text, &len, &e), 0);
	cr_expect_str_eq(text, "x");
	free(f);
}

Test(multipart, a_field_over_its_limit_is_413)
{
	static const char	 in[] = "--B\r\n" DISPOSITION "name=\"a\"\r\n"
				    "\r\n0123456789\r\n--B--";
	struct fake		*f = calloc(1, sizeof(*f));
	struct multipart	 m;
	struct body		 b;
	struct part		 p;
	const char		*text;
	size_t			 len;

	open_body(&m, &b, f, in, sizeof(in) - 1);
	cr_assert_eq(multipart_next(&m, &p, &e), 1);
	cr_expect_eq(multipart_text(&m, 9, &text, &len, &e), -1);
	cr_expect_eq(err_kind(e.code)->status, 413);
	free(f);
}

Test(multipart, boundary_must_have_1_to_70_characters)
{
	struct multipart	 m;
	struct body		 b = { 0 };
	char			 text[72];

	memset(text, 'x', 71);
	text[71] = '\0';
	cr_expect_eq(multipart_open(&m, &a, &b, NULL, &e), -1);
	cr_expect_eq(multipart_open(&m, &a, &b, "", &e), -1);
	cr_expect_eq(multipart_open(&m, &a, &b, text, &e), -1);
	cr_expect_eq(err_kind(e.code)->status, 400);
	cr_expect_eq(multipart_open(&m, &a, &b, text + 1, &e), 0);
}
