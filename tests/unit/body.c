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

/* A broken chunk may look like the end of the body, to the web server too. */
Test(body, in_chunks_is_refused_unread)
{
	static const char *const	 env[][3] = {
		{ "HTTP_TRANSFER_ENCODING=chunked", NULL },
		{ "HTTP_TRANSFER_ENCODING=gzip, chunked", NULL },
		{ "HTTP_TRANSFER_ENCODING=chunked", "CONTENT_LENGTH=3", NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(env); i++) {
		fake_init(&f, env[i], "abc", 3, 100);
		cr_expect_eq(body_open(&b, &f.io, 100, &e), -1, "%zu", i);
		cr_expect_eq(err_kind(e.code)->status, 411);
		cr_expect_eq(f.len, 3);
	}
}

static const char *const	 hundred[] = { "CONTENT_LENGTH=100", NULL };

Test(body, that_does_not_arrive_is_a_timeout)
{
	char	 p[100];

	fake_init(&f, hundred, "abc", 3, 100);
	f.late = true;
	cr_assert_eq(body_open(&b, &f.io, 100, &e), 0);
	b.pace = (struct pace){ .ms = 20000 };
	cr_expect_eq(body_read(&b, p, sizeof(p), &e), 3);
	cr_expect_leq(f.waited, 20000);
	cr_expect_gt(f.waited, 19000);
	cr_expect_eq(body_read(&b, p, sizeof(p), &e), -1);
	cr_expect_eq(err_kind(e.code)->status, 408);
	cr_expect_not_null(strstr(e.detail, "3 of 100"), "%s", e.detail);
}

/* The time limit is for all reads together. */
Test(body, has_a_total_time_limit)
{
	char	 p[10];
	int64_t	 before;

	fake_init(&f, hundred, "abcdef", 6, 1);
	f.takes = 20;
	cr_assert_eq(body_open(&b, &f.io, 100, &e), 0);
	b.pace = (struct pace){ .ms = 60000 };
	for (int i = 0; i < 3; i++) {
		before = b.waited;
		cr_expect_eq(body_read(&b, p, sizeof(p), &e), 1);
		cr_expect_eq(f.waited, 60000 - before);
		cr_expect_geq(b.waited, before + 19);
	}
	b.waited = 60000;
	cr_expect_eq(body_read(&b, p, sizeof(p), &e), -1);
	cr_expect_eq(err_kind(e.code)->status, 408);
	cr_expect_eq(f.len, 3, "what came too late is not read");
}

Test(body, that_arrives_steadily_has_no_time_limit)
{
	char	 p[10];

	fake_init(&f, hundred, "abcdefghij", 10, 2);
	f.takes = 20;
	cr_assert_eq(body_open(&b, &f.io, 100, &e), 0);
	b.pace = (struct pace){ .ms = 60000, .bytes = 4 };
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(body_read(&b, p, sizeof(p), &e), 2);
		cr_expect_geq(b.waited, 19, "half of it starts nothing anew");
		cr_expect_eq(body_read(&b, p, sizeof(p), &e), 2);
		cr_expect_eq(b.waited, 0);
	}
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
