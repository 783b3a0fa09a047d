/* Request bodies: by Content-Length or in chunks. */
#include <criterion/criterion.h>

#include "fake.h"
#include "http/body.h"

static struct fake	 f;
static struct body	 b;
static struct buf	 out;
static struct err	 e;

static int
read_all(const char *length, const char *in, size_t n, int64_t limit,
    size_t piece)
{
	const char	*env[] = { length, NULL };
	int		 rc;

	memset(&e, 0, sizeof(e));
	fake_init(&f, env, in, n, piece);
	buf_release(&out);
	buf_init(&out, 1 << 20);
	if ((rc = body_open(&b, &f.io, limit, &e)) == 0)
		rc = body_read_all(&b, &out, &e);
	return rc;
}

static void
finish(void)
{
	buf_release(&out);
}

TestSuite(body, .fini = finish);

Test(body, is_read_up_to_its_declared_length)
{
	for (size_t piece = 1; piece < 8; piece++) {
		cr_assert_eq(read_all("CONTENT_LENGTH=4", "abcdef", 6, 100,
		    piece), 0);
		cr_expect_str_eq(buf_str(&out), "abcd");
		cr_expect_eq(f.len, 2, "the bytes behind the body were read");
	}
}

Test(body, without_a_length_is_empty)
{
	cr_assert_eq(read_all("CONTENT_LENGTH=", "abc", 3, 100, 9), 0);
	cr_expect_eq(out.len, 0);
	cr_assert_eq(read_all("X=", "abc", 3, 100, 9), 0);
	cr_expect_eq(out.len, 0);
	cr_assert_eq(read_all("CONTENT_LENGTH=0", "abc", 3, 100, 9), 0);
	cr_expect_eq(out.len, 0);
}

Test(body, in_chunks_is_read_to_its_end)
{
	cr_assert_eq(read_all("HTTP_TRANSFER_ENCODING=chunked", "abc", 3, 100,
	    2), 0);
	cr_expect_str_eq(buf_str(&out), "abc");
	cr_expect_eq(read_all("HTTP_TRANSFER_ENCODING=chunked", "abcdef", 6,
	    5, 2), -1);
	cr_expect_eq(err_kind(e.code)->status, 413);
}

Test(body, that_ends_early_is_malformed)
{
	cr_expect_eq(read_all("CONTENT_LENGTH=10", "abc", 3, 100, 9), -1);
	cr_expect_eq(err_kind(e.code)->status, 400);
	cr_expect(strstr(e.msg, "3 of 10") != NULL, "%s", e.msg);
}

Test(body, length_must_be_a_number)
{
	static const char *const bad[] = {
		"CONTENT_LENGTH=abc", "CONTENT_LENGTH=-1",
		"CONTENT_LENGTH=+1", "CONTENT_LENGTH=1.5",
		"CONTENT_LENGTH=0x10", "CONTENT_LENGTH= 1",
		"CONTENT_LENGTH=1 ", "CONTENT_LENGTH=-0",
		"CONTENT_LENGTH=99999999999999999999", "CONTENT_LENGTH=1,1",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		cr_expect_eq(read_all(bad[i], "abc", 3, 100, 9), -1, "%s",
		    bad[i]);
		cr_expect_eq(err_kind(e.code)->status, 400, "%s", bad[i]);
	}
}

Test(body, over_the_limit_is_refused_unread)
{
	cr_expect_eq(read_all("CONTENT_LENGTH=101", "abc", 3, 100, 9), -1);
	cr_expect_eq(err_kind(e.code)->status, 413);
	cr_expect(strstr(e.msg, "100 bytes") != NULL, "%s", e.msg);
	cr_expect_eq(f.len, 3);
	cr_expect_eq(read_all("CONTENT_LENGTH=9223372036854775807", "a", 1,
	    100, 9), -1);
	cr_expect_eq(err_kind(e.code)->status, 413);
}

Test(body, read_failure_is_an_error)
{
	static const char *const env[] = { "CONTENT_LENGTH=5", NULL };

	fake_init(&f, env, "abc", 3, 9);
	f.broken = true;
	buf_init(&out, 100);
	cr_assert_eq(body_open(&b, &f.io, 100, &e), 0);
	cr_expect_eq(body_read_all(&b, &out, &e), -1);
	cr_expect_eq(err_kind(e.code)->status, 400);
}
